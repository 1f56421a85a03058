/**
 * String literals that types allow: `kind: 'stop'` of a member of a union, `state: 'down' | 'running'`,
 * `type Role = 'primary' | 'standby'`.
 */
import { basename } from 'node:path';
import type {
  InterfaceDeclaration,
  Node,
  SourceFile,
  TypeAliasDeclaration,
  TypeNode,
} from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { type Checker, SymbolFlags } from 'typescript/unstable/sync';

/** A property, or a type with a name, that is one of some literals. */
export interface Choice {
  /** `ServerStep.kind`, or the type's name; a property of a type without a name has its file's. */
  readonly name: string;
  readonly literals: readonly string[];
  /** Names of the properties that have it as their type. */
  readonly properties: Set<string>;
}

/** Choices by the node that declares them; a property of a named choice has that one. */
export type Choices = ReadonlyMap<Node, readonly Choice[]>;

interface Declared {
  readonly node: Node;
  readonly name: string;
  readonly property: string | null;
  readonly parts: readonly TypeNode[];
}

/** Walks a tree; `visit` returns false to stay out of a node. */
export function walk(node: Node, visit: (node: Node) => boolean): void {
  if (!visit(node)) return;
  node.forEachChild((child) => {
    walk(child, visit);
  });
}

export function choicesOf(checker: Checker, sources: readonly SourceFile[]): Choices {
  const declared = sources.flatMap(declaredIn);
  const own = new Map<Node, readonly Choice[]>();
  for (const { node, name, parts } of declared) {
    const literals = parts.flatMap((part) =>
      is.isLiteralTypeNode(part) && is.isStringLiteral(part.literal) ? [part.literal.text] : [],
    );
    if (literals.length > 0) own.set(node, [{ name, literals, properties: new Set() }]);
  }
  const choices = new Map<Node, readonly Choice[]>();
  for (const { node, property, parts } of declared) {
    const named = parts.flatMap((part) =>
      declarationsOf(checker, part).flatMap((each) => own.get(each) ?? []),
    );
    const all = [...(own.get(node) ?? []), ...named];
    choices.set(node, all);
    if (property !== null) for (const choice of all) choice.properties.add(property);
  }
  return choices;
}

function declaredIn(source: SourceFile): Declared[] {
  const found: Declared[] = [];
  const look = (node: Node, owner: string): void => {
    walk(node, (inner) => {
      if (inner !== node && isNamedType(inner)) {
        look(inner, inner.name.text);
        return false;
      }
      if (is.isTypeAliasDeclaration(inner))
        found.push({ node: inner, name: owner, property: null, parts: partsOf(inner.type) });
      if (is.isPropertySignatureDeclaration(inner) && is.isIdentifier(inner.name)) {
        const property = inner.name.text;
        found.push({ node: inner, name: `${owner}.${property}`, property, parts: partsOf(inner.type) });
      }
      return !isSelection(inner);
    });
  };
  look(source, basename(source.fileName));
  return found;
}

function isNamedType(node: Node): node is TypeAliasDeclaration | InterfaceDeclaration {
  return is.isTypeAliasDeclaration(node) || is.isInterfaceDeclaration(node);
}

/** `Extract<Step, { kind: 'stop' }>` chooses among literals that another type allows. */
function isSelection(node: Node): boolean {
  return (
    is.isTypeReferenceNode(node) &&
    is.isIdentifier(node.typeName) &&
    ['Extract', 'Exclude'].includes(node.typeName.text)
  );
}

function partsOf(type: TypeNode | undefined): readonly TypeNode[] {
  if (type === undefined) return [];
  if (is.isParenthesizedTypeNode(type)) return partsOf(type.type);
  return is.isUnionTypeNode(type) ? [...type.types].flatMap(partsOf) : [type];
}

function declarationsOf(checker: Checker, type: TypeNode): readonly Node[] {
  if (!is.isTypeReferenceNode(type)) return [];
  const symbol = checker.getSymbolAtLocation(type.typeName);
  const imported = symbol !== undefined && (symbol.flags & SymbolFlags.Alias) !== 0;
  const real = imported ? checker.getAliasedSymbol(symbol) : symbol;
  return (real?.declarations ?? []).flatMap((handle) => handle.resolve() ?? []);
}

/**
 * Members of unions that nobody makes: literals that a type allows and no expression writes, so that all code which asks for
 * them is dead. TypeScript's checker tells which type an object literal is meant for; a comparison or a schema makes nothing.
 */
import {
  type Expression,
  type Node,
  type ObjectLiteralExpression,
  SyntaxKind,
} from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import type { Checker, Type } from 'typescript/unstable/sync';
import type { Checked } from './compiler.ts';
import { type Choice, type Choices, choicesOf, walk } from './union-literals.ts';

const comparing: readonly SyntaxKind[] = [
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
];
const choosing: readonly SyntaxKind[] = [
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.AmpersandAmpersandToken,
];
/** Calls whose arguments are compared with a value (`includes`) or describe one from outside (zod). */
const looking: readonly string[] = ['includes', 'has', 'literal', 'enum', 'discriminatedUnion'];

/** Literals seen where they make a value. */
interface Made {
  readonly anywhere: Set<string>;
  /** In an object meant for this choice. */
  readonly placed: Map<Choice, Set<string>>;
  /** `kind: stop`, in an object whose type is known only later. */
  readonly unplaced: Set<string>;
  /** Arguments, results, variables: may become any choice that allows them. */
  readonly loose: Set<string>;
}

/** `ServerStep.kind: server.stop` for each literal of a type of the sources that none of them makes. */
export function unmadeMembers({ checker, sources }: Checked): string[] {
  const choices = choicesOf(checker, sources);
  const made: Made = { anywhere: new Set(), placed: new Map(), unplaced: new Set(), loose: new Set() };
  for (const source of sources) {
    walk(source, (node) => {
      if (is.isStringLiteral(node)) noteLiteral(node, made);
      if (is.isObjectLiteralExpression(node)) noteObject(checker, choices, node, made);
      return true;
    });
  }
  return [...new Set([...choices.values()].flat())].flatMap((choice) =>
    choice.literals
      .filter((literal) => !isMade(made, choice, literal))
      .map((literal) => `${choice.name}: ${literal}`),
  );
}

function isMade({ anywhere, placed, unplaced, loose }: Made, choice: Choice, literal: string): boolean {
  if (!anywhere.has(literal)) return false;
  if (loose.has(literal) || placed.get(choice)?.has(literal) === true) return true;
  return [...choice.properties].some((property) => unplaced.has(`${property}: ${literal}`));
}

function noteLiteral(literal: Node & { readonly text: string }, made: Made): void {
  let node: Node = literal;
  while (passesOn(node.parent, node)) node = node.parent;
  const { parent } = node;
  if (isLookedAt(parent, node)) return;
  made.anywhere.add(literal.text);
  if (!is.isPropertyAssignment(parent)) made.loose.add(literal.text);
}

/** Branches and brackets around a value. */
function passesOn(parent: Node, node: Node): boolean {
  if (is.isConditionalExpression(parent)) return parent.condition !== node;
  if (is.isBinaryExpression(parent)) return choosing.includes(parent.operatorToken.kind);
  return (
    is.isParenthesizedExpression(parent) ||
    is.isAsExpression(parent) ||
    is.isSatisfiesExpression(parent) ||
    is.isArrayLiteralExpression(parent)
  );
}

/** Compared, a name, a type, or a part of a schema: whatever makes nothing of a literal. */
function isLookedAt(parent: Node, node: Node): boolean {
  if (is.isBinaryExpression(parent)) return comparing.includes(parent.operatorToken.kind);
  if (is.isPropertyAccessExpression(parent)) return looking.includes(parent.name.text);
  if (is.isCallExpression(parent)) {
    const callee = parent.expression;
    return is.isPropertyAccessExpression(callee) && looking.includes(callee.name.text);
  }
  return (
    is.isCaseClause(parent) ||
    is.isLiteralTypeNode(parent) ||
    is.isImportDeclaration(parent) ||
    is.isExportDeclaration(parent) ||
    is.isElementAccessExpression(parent) ||
    (is.isPropertyAssignment(parent) && parent.name === node) ||
    is.isPropertySignatureDeclaration(parent)
  );
}

/** Each value that an expression may have, through its branches. */
function branchesOf(value: Expression): readonly Expression[] {
  if (is.isConditionalExpression(value)) return [value.whenTrue, value.whenFalse].flatMap(branchesOf);
  if (is.isBinaryExpression(value) && choosing.includes(value.operatorToken.kind))
    return [value.left, value.right].flatMap(branchesOf);
  const inside =
    is.isParenthesizedExpression(value) || is.isAsExpression(value) || is.isSatisfiesExpression(value);
  return inside ? branchesOf(value.expression) : [value];
}

function typesOf(type: Type | undefined): readonly Type[] {
  if (type === undefined) return [];
  return type.isUnionType() ? (type.getTypes() ?? []).flatMap(typesOf) : [type];
}

/** Notes what the properties of an object literal are; one that is copied or computed is all that its type allows. */
function noteObject(checker: Checker, choices: Choices, object: ObjectLiteralExpression, made: Made): void {
  const known = object.properties.flatMap((property) => {
    const named = is.isPropertyAssignment(property) || is.isShorthandPropertyAssignment(property);
    return named && is.isIdentifier(property.name) ? [{ name: property.name, property }] : [];
  });
  const meant = known.length === 0 ? [] : typesOf(checker.getContextualType(object));
  for (const { name, property } of known) {
    const value = is.isPropertyAssignment(property) ? property.initializer : name;
    const leaves = branchesOf(value);
    const written = leaves.flatMap((leaf) => (is.isStringLiteral(leaf) ? [leaf.text] : []));
    const targets = meant.flatMap((type) =>
      (checker.getPropertyOfType(type, name.text)?.declarations ?? []).flatMap(
        (handle) => choices.get(handle.resolve() as Node) ?? [],
      ),
    );
    if (targets.length === 0) for (const text of written) made.unplaced.add(`${name.text}: ${text}`);
    const copied = targets.length === 0 ? [] : leaves.filter((leaf) => !is.isStringLiteral(leaf));
    const flowing = copied.flatMap((leaf) => typesOf(checker.getTypeAtLocation(leaf)));
    const texts = [
      ...written,
      ...flowing.flatMap((type) => (type.isStringLiteralType() ? [type.value] : [])),
    ];
    for (const target of targets) {
      const placed = made.placed.get(target) ?? new Set();
      made.placed.set(target, placed);
      for (const text of texts) placed.add(text);
    }
  }
}

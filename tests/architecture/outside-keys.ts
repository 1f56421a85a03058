/**
 * Reads of a record by a key that only running tells: `record[key]` and `key in record`, where the record has any text as its keys. A key
 * of a stranger's may be `constructor` or `__proto__`, which every plain object has from its prototype.
 */
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { type Checker, TypeFlags } from 'typescript/unstable/sync';
import { walk } from './union-literals.ts';

/** Text of each such read and write in a source. */
export function outsideKeys(checker: Checker, source: SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (isOutside(checker, node)) found.push(node.getText(source));
    return true;
  });
  return found;
}

function isOutside(checker: Checker, node: Node): boolean {
  if (is.isElementAccessExpression(node)) {
    const { argumentExpression: key, expression } = node;
    if (key === undefined || is.isStringLiteral(key)) return false;
    return isText(checker, key) && hasTextKeys(checker, expression);
  }
  if (is.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword)
    return isText(checker, node.left) && !is.isStringLiteral(node.left) && hasTextKeys(checker, node.right);
  return false;
}

/** Any text: a union of literals is a key of the charm's own. */
function isText(checker: Checker, node: Node): boolean {
  const type = checker.getTypeAtLocation(node);
  return type !== undefined && (type.flags & TypeFlags.String) !== 0;
}

function hasTextKeys(checker: Checker, node: Node): boolean {
  const type = checker.getTypeAtLocation(node);
  if (type === undefined) return false;
  const present = checker.getNonNullableType(type);
  const keys = present === undefined ? [] : checker.getIndexInfosOfType(present);
  return keys.some(({ keyType }) => (keyType.flags & TypeFlags.String) !== 0);
}

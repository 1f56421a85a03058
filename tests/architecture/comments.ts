/** Comments of a TypeScript file, as its scanner sees them: text in strings that only looks like one is none. */
import { LanguageVariant, SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';

export interface Comment {
  /** Counted from 1. */
  readonly line: number;
  /** Text without the marks of a comment and of its lines. */
  readonly words: string;
}

/** Tokens after which a slash divides; after any other it begins a regular expression. */
const endsOfValues: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
]);

/** Block comments, and the first line of each run of line comments. */
export function commentsOf(text: string): Comment[] {
  const found: Comment[] = [];
  let lastLine = -1;
  for (const { kind, start, end } of tokensOf(text)) {
    const isLine = kind === SyntaxKind.SingleLineCommentTrivia;
    if (isLine || kind === SyntaxKind.MultiLineCommentTrivia) {
      const line = text.slice(0, start).split('\n').length;
      if (!isLine || lastLine !== line - 1) found.push({ line, words: wordsOf(text.slice(start, end)) });
      lastLine = isLine ? line : -1;
    } else if (!isSpace(kind)) {
      lastLine = -1;
    }
  }
  return found;
}

interface Token {
  readonly kind: SyntaxKind;
  readonly start: number;
  readonly end: number;
}

function* tokensOf(text: string): Generator<Token> {
  const scanner = createScanner(false, LanguageVariant.Standard, text);
  /** Braces that are open in each template literal around the current token. */
  const open = [0];
  let before: SyntaxKind = SyntaxKind.Unknown;
  for (;;) {
    let kind = scanner.scan();
    if (kind === SyntaxKind.EndOfFile) return;
    if (kind === SyntaxKind.SlashToken && !endsOfValues.has(before)) kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.CloseBraceToken && open.length > 1 && open.at(-1) === 0) {
      kind = scanner.reScanTemplateToken(false);
      if (kind === SyntaxKind.TemplateTail) open.pop();
    } else if (kind === SyntaxKind.TemplateHead) {
      open.push(0);
    } else if (kind === SyntaxKind.OpenBraceToken || kind === SyntaxKind.CloseBraceToken) {
      open.push((open.pop() ?? 0) + (kind === SyntaxKind.OpenBraceToken ? 1 : -1));
    }
    yield { kind, start: scanner.getTokenStart(), end: scanner.getTokenEnd() };
    if (!isSpace(kind) && !isComment(kind)) before = kind;
  }
}

function isSpace(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.WhitespaceTrivia || kind === SyntaxKind.NewLineTrivia;
}

function isComment(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.SingleLineCommentTrivia || kind === SyntaxKind.MultiLineCommentTrivia;
}

function wordsOf(comment: string): string {
  return comment.replaceAll(/^[/*\s]+|\s*\*\/$/g, '').replaceAll(/\s*\n\s*\*?\s*/g, ' ');
}

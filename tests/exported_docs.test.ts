import assert from "node:assert/strict";
import { realpathSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { type SourceFile, type Statement, SyntaxKind } from "typescript/unstable/ast";
import {
  isClassDeclaration,
  isEnumDeclaration,
  isExportDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isJSDoc,
  isNamedExports,
  isTypeAliasDeclaration,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

// Every exported symbol of the files in tsconfig.json has JSDoc with text, according to the compiler (decision 0205).

const BARE = `
export const a = 1, b = 2;
export function c(): void {}
export class D {}
export interface E {}
export type F = string;
export enum G {}
const h = 3;
export { h as i };
const unexported = 4;
// A comment.
/** */
export const j = 5;
`;
const DOCUMENTED = `
/** Twice. */
export function a(x: string): string;
export function a(x: number): number;
export function a(x: unknown): unknown { return x; }
/** Listed. */
const b = 1;
export { b };
export { j } from "./bare";
`;

/** Names that a statement declares. */
function namesOf(statement: Statement): string[] {
  if (isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed =
    isFunctionDeclaration(statement) ||
    isClassDeclaration(statement) ||
    isInterfaceDeclaration(statement) ||
    isTypeAliasDeclaration(statement) ||
    isEnumDeclaration(statement);
  return isNamed ? [statement.name?.getText() ?? "default"] : [];
}

/** Names in `export { a, b as c }`, as the file itself calls them. */
function listedNames(statement: Statement): string[] {
  if (!isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) return [];
  const { exportClause } = statement;
  if (exportClause === undefined || !isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).getText());
}

const hasExport = (statement: Statement) =>
  "modifiers" in statement &&
  Array.isArray(statement.modifiers) &&
  statement.modifiers.some(({ kind }) => kind === SyntaxKind.ExportKeyword);

const hasText = ({ jsDoc = [] }: Statement) =>
  jsDoc.some((doc) => isJSDoc(doc) && (doc.comment?.length ?? 0) > 0);

/** The exported symbols that a file declares, and whether any declaration of each has JSDoc. */
function exportsOf({ statements }: SourceFile): Map<string, boolean> {
  const listed = new Set(statements.flatMap(listedNames));
  const found = new Map<string, boolean>();
  for (const statement of statements) {
    for (const name of namesOf(statement)) {
      if (!hasExport(statement) && !listed.has(name)) continue;
      found.set(name, (found.get(name) ?? false) || hasText(statement));
    }
  }
  return found;
}

/** Every exported symbol of a project, as `path: name`. */
function exportsBelow(root: string): { name: string; isDocumented: boolean }[] {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: ["tsconfig.json"] }).getProjects();
    assert.ok(project !== undefined, root);
    return project.rootFiles.flatMap((path) => {
      const file = project.program.getSourceFile(path);
      assert.ok(file !== undefined, path);
      const place = relative(root, path);
      return [...exportsOf(file)].map(([name, isDocumented]) => ({
        name: `${place}: ${name}`,
        isDocumented,
      }));
    });
  } finally {
    api.close();
  }
}

const bare = (exported: ReturnType<typeof exportsBelow>) =>
  exported.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name);

test("every exported symbol has JSDoc", () => {
  const exported = exportsBelow(projectRoot);
  assert.ok(exported.length > 2000, `${exported.length} symbols`);
  assert.deepEqual(bare(exported), []);
});

test("finds what has none, in every form of an export", (t) => {
  const root = realpathSync(temporaryDirectory(t));
  writeFileSync(join(root, "tsconfig.json"), '{ "compilerOptions": { "types": [] } }');
  writeFileSync(join(root, "bare.ts"), BARE);
  writeFileSync(join(root, "documented.ts"), DOCUMENTED);
  assert.deepEqual(
    bare(exportsBelow(root)),
    ["a", "b", "c", "D", "E", "F", "G", "h", "j"].map((name) => `bare.ts: ${name}`),
  );
});

// page.ftl in both languages → a typed table, so that a sentence that is missing or lacks a value does not compile.
import { FluentParser, Visitor } from "@fluent/syntax";

class Variables extends Visitor {
  names = new Set();
  visitVariableReference(node) {
    this.names.add(node.id.name);
  }
}

function shapes(language, source) {
  const resource = new FluentParser({ withSpans: false }).parse(source);
  const found = new Map();
  for (const entry of resource.body) {
    if (entry.type === "Junk") throw new Error(`${language}/page.ftl cannot be read at: ${entry.content.slice(0, 80)}`);
    if (entry.type !== "Message") continue;
    const key = entry.id.name;
    if (!key.startsWith("page-")) throw new Error(`${language}/page.ftl: '${key}' does not begin with 'page-'`);
    if (found.has(key)) throw new Error(`${language}/page.ftl: '${key}' stands in two places`);
    const variables = new Variables();
    variables.visit(entry);
    found.set(key, [...variables.names].sort());
  }
  return found;
}

/** The module text. Throws when the languages differ in keys or variables. */
export function sentences(sources) {
  const english = shapes("en", sources.en);
  const maori = shapes("mi", sources.mi);
  const wrong = [...new Set([...english.keys(), ...maori.keys()])].filter(
    (key) => String(english.get(key)) !== String(maori.get(key)),
  );
  if (wrong.length > 0) throw new Error(`page.ftl differs between en and mi: ${wrong.join(", ")}`);
  const type = (names) =>
    names.length === 0 ? "Record<string, never>" : `{ ${names.map((name) => `${name}: string | number`).join("; ")} }`;
  const rows = [...english].map(([key, names]) => `  "${key}": ${type(names)};`).join("\n");
  return `/** Every sentence of the page and the values it takes. */
export interface Sentences {
${rows}
}
export const texts = ${JSON.stringify(sources)};
`;
}

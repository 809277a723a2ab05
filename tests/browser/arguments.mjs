// `--name value` and `--flag` into an object; names become `camelCase`.

/** Reads `argv`. `known` names each argument with its default; a default of false makes a flag. Throws on unknown names. */
export function read(argv, known) {
  const found = { ...known };
  for (let at = 0; at < argv.length; at += 1) {
    const name = argv[at].replace(/^--/, "").replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    if (!argv[at].startsWith("--") || !(name in known)) throw new Error(`unknown argument ${argv[at]}`);
    if (known[name] === false) found[name] = true;
    else if (at + 1 < argv.length) found[name] = typeof known[name] === "number" ? Number(argv[(at += 1)]) : argv[(at += 1)];
    else throw new Error(`${argv[at]} needs a value`);
  }
  return found;
}

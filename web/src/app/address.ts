/** What an address of the page asks for. */
export type Address = { page: "home" } | { page: "artist"; slug: string } | { page: "lost" };

/** Reads a path such as `/@hine`. Slugs are lower-case letters, digits and hyphens. */
export function addressOf(path: string): Address {
  if (path === "/" || path === "") return { page: "home" };
  const slug = /^\/(?:@|%40)([a-z0-9-]{1,64})\/?$/i.exec(path)?.[1];
  return slug === undefined ? { page: "lost" } : { page: "artist", slug: slug.toLowerCase() };
}

// The few signs of Markdown that operators may write: headings, lists, bold, emphasis and links. What comes out is a tree of
// plain texts, from which nothing can be made that runs. It is our own because the smallest library that knows them is
// larger than all that is left of what a page may weigh at the door.

export type Inline =
  | { readonly type: "plain" | "strong" | "emphasis"; readonly text: string }
  | { readonly type: "link"; readonly text: string; readonly href: string };

export type Block =
  | { readonly type: "heading"; readonly inside: readonly Inline[] }
  | { readonly type: "paragraph"; readonly lines: readonly (readonly Inline[])[] }
  | { readonly type: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

// Each part is bounded, so that no text takes long to look through. Addresses are `https:`, `mailto:` or `tel:` and nothing
// else.
const ADDRESS = String.raw`(?:https://|mailto:|tel:)[^\s()<>"]{1,500}`;
const SIGNS = new RegExp(
  [
    String.raw`\*\*(?<strong>[^*\n]{1,500})\*\*`,
    String.raw`\*(?<emphasis>[^*\n]{1,500})\*`,
    String.raw`\[(?<text>[^\][\n]{1,300})\]\((?<href>${ADDRESS})\)`,
    String.raw`(?<bare>https://[^\s()<>"]{1,500}[^\s()<>".,;:!?])`,
  ].join("|"),
  "gu",
);
const BULLET = /^\s{0,3}[-*] +/u;
const NUMBER = /^\s{0,3}\d{1,3}[.)] +/u;
const HEADING = /^#{1,3} +/u;

export function read(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let list: { ordered: boolean; items: string[] } | undefined;

  const finish = () => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", lines: paragraph.map(inline) });
    if (list) blocks.push({ type: "list", ordered: list.ordered, items: list.items.map(inline) });
    paragraph = [];
    list = undefined;
  };

  for (const line of source.split("\n")) {
    const ordered = NUMBER.test(line);
    if (line.trim() === "") finish();
    else if (HEADING.test(line)) {
      finish();
      blocks.push({ type: "heading", inside: inline(line.replace(HEADING, "")) });
    } else if (ordered || BULLET.test(line)) {
      if (list?.ordered !== ordered) finish();
      list ??= { ordered, items: [] };
      list.items.push(line.replace(ordered ? NUMBER : BULLET, ""));
    } else {
      if (list) finish();
      paragraph.push(line);
    }
  }
  finish();
  return blocks;
}

function inline(line: string): readonly Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  const plain = (to: number) => {
    if (to > from) parts.push({ type: "plain", text: line.slice(from, to) });
  };
  for (const match of line.matchAll(SIGNS)) {
    const { strong, emphasis, text, href, bare } = match.groups ?? {};
    plain(match.index);
    from = match.index + match[0].length;
    if (strong !== undefined) parts.push({ type: "strong", text: strong });
    else if (emphasis !== undefined) parts.push({ type: "emphasis", text: emphasis });
    else if (text !== undefined && href !== undefined) parts.push({ type: "link", text, href });
    else if (bare !== undefined) parts.push({ type: "link", text: bare, href: bare });
  }
  plain(line.length);
  return parts;
}

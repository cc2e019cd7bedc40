import { describe, expect, it } from "vitest";

import { type Block, read } from "./markdown";

const plain = (text: string) => ({ type: "plain", text }) as const;

describe("texts of operators", () => {
  it("have headings, lists, paragraphs with their lines, and words that stand out", () => {
    const source = "# Willkommen\nSchön, dass **Sie** da sind.\nBis *gleich*.\n\n- eins\n- zwei\n1. drei\n\nEnde";
    expect(read(source)).toEqual([
      { type: "heading", inside: [plain("Willkommen")] },
      {
        type: "paragraph",
        lines: [
          [plain("Schön, dass "), { type: "strong", text: "Sie" }, plain(" da sind.")],
          [plain("Bis "), { type: "emphasis", text: "gleich" }, plain(".")],
        ],
      },
      { type: "list", ordered: false, items: [[plain("eins")], [plain("zwei")]] },
      { type: "list", ordered: true, items: [[plain("drei")]] },
      { type: "paragraph", lines: [[plain("Ende")]] },
    ] satisfies Block[]);
    expect(read("")).toEqual([]);
  });

  it("lead to web pages, mail and telephones", () => {
    const [block] = read("[Hilfe](https://beispiel.example/a?b=1), [Post](mailto:a@b.example), [Ruf](tel:+4930123), https://x.example/y.");
    expect(block).toEqual({
      type: "paragraph",
      lines: [
        [
          { type: "link", text: "Hilfe", href: "https://beispiel.example/a?b=1" },
          plain(", "),
          { type: "link", text: "Post", href: "mailto:a@b.example" },
          plain(", "),
          { type: "link", text: "Ruf", href: "tel:+4930123" },
          plain(", "),
          { type: "link", text: "https://x.example/y", href: "https://x.example/y" },
          plain("."),
        ],
      ],
    });
  });

  // ATK-20, DP-49: whatever is written, no address of another kind comes out, and markup stays what it is: letters.
  it.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](http://beispiel.example/)",
    "[x](//beispiel.example/)",
    "[x](vbscript:x)",
    "[x](https:javascript:alert(1))",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![x](x)",
    "```html\n<b>x</b>\n```",
    "&lt;script&gt;",
  ])("hold nothing that runs: %s", (source) => {
    const parts = read(source).flatMap((block) => (block.type === "paragraph" ? block.lines : block.type === "list" ? block.items : [block.inside])).flat();
    for (const part of parts) expect(part.type === "link" ? part.href : "https://").toMatch(/^(https:\/\/|mailto:|tel:)/u);
    expect(parts.every(({ type }) => type === "plain")).toBe(true);
  });

  it("end an address where it could be taken for something else", () => {
    const [block] = read('[a](https://a.example" onclick="alert(1))');
    expect(block).toEqual({
      type: "paragraph",
      lines: [[plain("[a]("), { type: "link", text: "https://a.example", href: "https://a.example" }, plain('" onclick="alert(1))')]],
    });
  });

  it("are read fast, whatever is in them", () => {
    const began = performance.now();
    for (const sign of ["*", "**", "[", "[a](", "[a](https://", "https://", "- ", "#", "*a", "**a ", "[a](https://a"]) {
      read(sign.repeat(20_000 / sign.length));
      read(`${sign}\n`.repeat(5_000));
    }
    const milliseconds = performance.now() - began;
    console.log(`22 hostile texts: ${milliseconds.toFixed(0)} ms`);
    expect(milliseconds).toBeLessThan(3_000);
  });
});

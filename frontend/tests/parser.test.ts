import assert from "node:assert/strict";
import { test } from "node:test";
import { finalLength, render } from "../src/parser.js";
import type { Definitions } from "../src/parser.js";

const DOCUMENT = `Opening *paragraph*
of two lines

1. one

2. two
   - nested

     with a paragraph
10. ten

Setext
======

\`\`\`python
def f():

    return "- not a list"
\`\`\`
- a
- b

    still in the list

| a | b |
|:--|--:|
| 1 | 2 |

> quoted
lazily

    indented code

---
~~~
never closed
`;

/** What a reader sees at the end when the text arrives in pieces of `size` characters. */
function streamed(source: string, size: number): string {
  const definitions: Definitions = {};
  let html = "";
  let final = 0;
  for (let end = size; end < source.length; end += size) {
    const rest = source.slice(final, end);
    const length = finalLength(rest, definitions);
    html += render(rest.slice(0, length), definitions);
    final += length;
  }
  return html + render(source.slice(final), definitions);
}

test("a streamed text looks like the whole one, however it is cut", () => {
  const whole = render(DOCUMENT, {});
  for (let size = 1; size < 40; size++) assert.equal(streamed(DOCUMENT, size), whole, `${size}`);
});

test("an item number that is not yet whole does not end its list", () => {
  assert.equal(finalLength("1. one\n\n2", {}), 0);
  assert.equal(finalLength("1. one\n\n2. two\n", {}), 0);
});

test("a paragraph ends when the next block begins, a fence when it is closed", () => {
  assert.equal(finalLength("one\n\n", {}), 0);
  assert.equal(finalLength("one\n\ntwo\n", {}), 5);
  assert.equal(finalLength("```\ncode\n", {}), 0);
  assert.equal(finalLength("```\ncode\n```", {}), 0);
  assert.equal(finalLength("```\ncode\n```\n", {}), 13);
});

test("a half written definition is forgotten", () => {
  const definitions: Definitions = {};
  finalLength("see [a]\n\n[a]: http://exa\n", definitions);
  assert.deepEqual(definitions, {});
});

test("markup is text, and the name of a language cannot leave its attribute", () => {
  assert.equal(render("<b onclick=x>", {}), "<p>&lt;b onclick=x&gt;</p>\n");
  const fence = render('```html"><img src=x onerror=alert(1)>\nx\n```', {});
  assert.equal(fence, '<pre><code class="language-html">x\n</code></pre>\n');
});

test("dangerous addresses are not links", () => {
  for (const href of ["javascript:alert(1)", "vbscript:x", "file:///x", "data:text/html,x"]) {
    assert.doesNotMatch(render(`[a](${href})`, {}), /href/);
  }
});

test("an image becomes a link, and only text inside a link", () => {
  assert.equal(render("![alt](http://x/i.png)", {}), '<p><a href="http://x/i.png">🖼 alt</a></p>\n');
  assert.equal(render("[![alt](http://x/i)](http://y)", {}), '<p><a href="http://y">🖼 alt</a></p>\n');
});

test("table cells are aligned without inline styles", () => {
  const html = render("| a |\n|--:|\n| 1 |", {});
  assert.match(html, /<td align="right">1<\/td>/);
  assert.doesNotMatch(html, /style/);
});

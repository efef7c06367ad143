/** Code blocks; the colours themselves belong to the theme. */
export const CODE_CSS = `
.md code { font-family: var(--mono); font-size: .9em; }
.md :not(pre) > code { padding: .1em .35em; border-radius: 4px; background: color-mix(in srgb, var(--fg) 8%, var(--bg)); }
.md pre, .md .code { margin: 0 0 .8em; border: 1px solid var(--line); border-radius: 8px; background: var(--soft); }
.md pre { padding: 10px 13px; overflow-x: auto; line-height: 1.5; overflow-wrap: normal; tab-size: 4; }
.md pre code { font-size: 12.5px; white-space: pre; }
.md .code { overflow: hidden; }
.md .code pre { margin: 0; padding-top: 2px; border: 0; background: none; }
.md .code .bar { display: flex; align-items: center; justify-content: space-between; padding: 4px 5px 2px 13px; font-size: 11.5px; color: var(--muted); }
.hljs-comment, .hljs-quote, .hljs-meta { color: var(--code-comment); }
.hljs-keyword, .hljs-literal, .hljs-selector-tag, .hljs-name, .hljs-built_in { color: var(--code-keyword); }
.hljs-string, .hljs-regexp, .hljs-addition, .hljs-char { color: var(--code-string); }
.hljs-number, .hljs-symbol, .hljs-variable, .hljs-template-variable, .hljs-attr, .hljs-attribute { color: var(--code-number); }
.hljs-title, .hljs-section, .hljs-selector-id, .hljs-selector-class { color: var(--code-title); }
.hljs-type, .hljs-tag, .hljs-params .hljs-type { color: var(--code-type); }
.hljs-deletion { color: var(--bad); }
.hljs-emphasis { font-style: italic; }
.hljs-strong { font-weight: 650; }
.hljs-subst, .hljs-params { color: inherit; }
`;

/**
 * Messages, their parts, and the text inside them.
 *
 * A name takes less of its speaker's colour than the dot beside it: any colour must stay readable.
 */
export const MESSAGE_CSS = `
.list { display: flex; flex-direction: column; gap: 6px; }
.list:empty { display: none; }
.message { position: relative; min-width: 0; max-width: 100%; }
.message .plain { white-space: pre-wrap; overflow-wrap: anywhere; }
.user { align-self: flex-end; max-width: 85%; }
.user > .plain { padding: 7px 13px; border-radius: 12px 12px 3px 12px; background: color-mix(in srgb, var(--accent) 13%, var(--bg)); }
.user > .who:not(.sr-only) { text-align: end; }
.user > .foot { justify-content: flex-end; }
.who { margin-bottom: 2px; font-size: 13px; font-weight: 600; overflow-wrap: anywhere; color: color-mix(in srgb, var(--c, var(--fg)) 38%, var(--fg)); }
.assistant > .who:not(.sr-only)::before {
  content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 7px; border-radius: 50%;
  background: color-mix(in srgb, var(--c, var(--muted)) 75%, var(--fg));
}
.round { display: flex; align-items: center; gap: 12px; margin: 2px 0 6px; font-size: 12px; font-weight: 600; color: var(--muted); }
.round::before, .round::after { content: ""; flex: 1; height: 1px; background: var(--line); }

.foot { display: flex; align-items: center; flex-wrap: wrap; gap: 2px 4px; min-height: 22px; margin: 2px -8px 0; font-size: 12px; color: var(--muted); }
.running > .foot { display: none; }
.end { padding: 0 4px 0 8px; overflow-wrap: anywhere; min-width: 0; }
.end:empty { display: none; }
.failed > .foot .end { color: var(--bad); }
@media (hover: hover) {
  .foot .copy { opacity: 0; transition: opacity .12s; }
  .message:hover .foot .copy, .foot .copy:focus-visible { opacity: 1; }
}
.waiting { display: flex; gap: 5px; padding: 7px 0; }
.waiting i { width: 6px; height: 6px; border-radius: 50%; background: var(--muted); animation: wait 1.2s infinite ease-in-out; }
.waiting i:nth-child(2) { animation-delay: .15s; }
.waiting i:nth-child(3) { animation-delay: .3s; }
@keyframes wait { 0%, 60%, 100% { opacity: .25; } 30% { opacity: 1; } }

.steps { display: flex; flex-direction: column; gap: 8px; }
.steps:empty { display: none; }
details > summary { cursor: pointer; list-style: none; border-radius: 6px; }
details > summary::-webkit-details-marker { display: none; }
details > summary::before {
  content: ""; flex: none; display: inline-block; width: 6px; height: 6px; margin: 0 9px 0 3px;
  border: solid var(--muted); border-width: 0 1.5px 1.5px 0; transform: translateY(-1px) rotate(-45deg); transition: transform .12s;
}
details[open] > summary::before { transform: translateY(-2px) rotate(45deg); }
.thinking { font-size: 13px; color: var(--muted); }
.thinking > summary { width: fit-content; padding-right: 6px; }
.thinking.open > summary { animation: breathe 2s infinite ease-in-out; }
@keyframes breathe { 50% { opacity: .55; } }
.thinking > .plain { max-height: 260px; overflow-y: auto; margin-top: 4px; padding: 2px 0 2px 14px; border-left: 2px solid var(--line); }
.tool { border: 1px solid var(--line); border-radius: 8px; font-size: 13px; min-width: 0; }
.tool > summary { display: flex; align-items: center; padding: 5px 11px; min-width: 0; }
.tool .name { font-family: var(--mono); font-size: 12.5px; overflow-wrap: anywhere; min-width: 0; }
.tool .mark { margin-left: auto; padding-left: 12px; font-size: 12px; color: var(--muted); white-space: nowrap; }
.tool[data-mark="done"] .mark { color: var(--good); }
.tool[data-mark="done"] .mark::before { content: "✓ "; }
.tool[data-mark="failed"] .mark { color: var(--bad); }
.tool[data-mark="failed"] .mark::before { content: "✗ "; }
.tool[data-mark="running"] .mark { animation: breathe 2s infinite ease-in-out; }
.output { padding: 6px 11px 9px; border-top: 1px solid var(--line); }
.output .label { font-size: 11.5px; color: var(--muted); }
.output pre { max-height: 260px; overflow: auto; margin: 2px 0 0; font: 12.5px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }

.md { overflow-wrap: anywhere; min-width: 0; }
.md > :first-child { margin-top: 0; }
.md > :last-child { margin-bottom: 0; }
.md p, .md ul, .md ol, .md blockquote, .md .table { margin: 0 0 .7em; }
.md h1, .md h2, .md h3, .md h4, .md h5, .md h6 { margin: 1.1em 0 .45em; line-height: 1.3; font-weight: 650; }
.md h1 { font-size: 1.35em; }
.md h2 { font-size: 1.2em; }
.md h3 { font-size: 1.08em; }
.md h4, .md h5, .md h6 { font-size: 1em; }
.md ul, .md ol { padding-left: 1.6em; }
.md li { margin: .2em 0; }
.md li > p { margin-bottom: .35em; }
.md li > ul, .md li > ol { margin: .2em 0; }
.md a { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
.md a:not([href]) { color: inherit; text-decoration-style: dotted; }
.md blockquote { padding-left: 12px; border-left: 3px solid var(--line); color: var(--muted); }
.md hr { margin: 1.2em 0; border: 0; border-top: 1px solid var(--line); }
.md .table { overflow-x: auto; }
.md table { border-collapse: collapse; font-size: 13px; overflow-wrap: normal; }
.md th, .md td { padding: 5px 11px; border: 1px solid var(--line); }
.md th { background: var(--soft); font-weight: 600; }
.md th:not([align]) { text-align: start; }
`;

import hljs from "highlight.js/lib/core";
import type { Emitter } from "highlight.js";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import graphql from "highlight.js/lib/languages/graphql";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** Beyond this a block is shown plain: colouring it would hold up the page. */
const MAX_LENGTH = 10_000;

/**
 * Builds nodes as the highlighter reports scopes, so that code never passes through markup.
 *
 * The scope methods have two names: the highlighter's own interface uses one, its core the other.
 */
class NodeEmitter implements Emitter {
  readonly root = document.createDocumentFragment();
  readonly #open: ParentNode[] = [this.root];

  addText(text: string): void {
    if (text !== "") this.#top.append(text);
  }

  startScope(name: string): void {
    const span = document.createElement("span");
    span.className = `hljs-${name.split(".")[0]}`;
    this.#top.append(span);
    this.#open.push(span);
  }

  endScope(): void {
    if (this.#open.length > 1) this.#open.pop();
  }

  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(emitter: Emitter): void {
    if (emitter instanceof NodeEmitter) this.#top.append(emitter.root);
  }

  finalize(): void {
    this.#open.length = 1;
  }

  toHTML(): string {
    return "";
  }

  get #top(): ParentNode {
    return this.#open.at(-1) ?? this.root;
  }
}

const highlighter = hljs.newInstance();
highlighter.configure({ __emitter: NodeEmitter });

const LANGUAGES = {
  bash, c, cpp, css, diff, go, graphql, ini, java, javascript, json, markdown, python, rust, sql,
  typescript, xml, yaml,
};
for (const [name, define] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, define);

/** The code in colour, or null when its language is unknown or it is too long. */
export function highlight(code: string, language: string): DocumentFragment | null {
  if (code.length > MAX_LENGTH || !highlighter.getLanguage(language)) return null;
  const { _emitter } = highlighter.highlight(code, { language, ignoreIllegals: true });
  return _emitter instanceof NodeEmitter ? _emitter.root : null;
}

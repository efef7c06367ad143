import createDOMPurify from "dompurify";

const OPTIONS = {
  ALLOWED_TAGS: [
    ..."p br hr strong em s blockquote ul ol li h1 h2 h3 h4 h5 h6".split(" "),
    ..."a code pre table thead tbody tr th td".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "start", "align", "class"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#)/i,
  RETURN_DOM_FRAGMENT: true as const,
};

const LANGUAGE = /^language-[\w+#-]+$/;

// An instance of our own: hooks and settings of another script on the page do not reach it.
const purifier = createDOMPurify(window);
purifier.addHook("uponSanitizeAttribute", (node, data) => {
  // Classes could borrow the page's own styles and behaviour; only the language of code is ours.
  if (data.attrName === "class" && !(node.nodeName === "CODE" && LANGUAGE.test(data.attrValue))) {
    data.keepAttr = false;
  }
});
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/** Turns untrusted markup into nodes that can neither run nor fetch anything. */
export function sanitize(html: string): DocumentFragment {
  return purifier.sanitize(html, OPTIONS);
}

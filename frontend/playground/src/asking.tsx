/** Asks below the bar, before something runs that somebody may have pasted without reading it. */
import { useEffect, useRef } from "react";
import { useQuestion } from "./consent";

export function Asking(): React.JSX.Element | null {
  const question = useQuestion();
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), [question]);
  if (!question) return null;
  return (
    <section className="luxx-asking" role="alertdialog" aria-label="Steps" aria-describedby="luxx-steps">
      <div id="luxx-steps">
        <p>The comments hold steps that would run first, with your login:</p>
        <pre>{question.steps.join("\n")}</pre>
      </div>
      <button type="button" onClick={() => question.answer(true)}>
        Run them
      </button>
      <button type="button" ref={no} onClick={() => question.answer(false)}>
        Do not run
      </button>
    </section>
  );
}

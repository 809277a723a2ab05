import type { ReactNode } from "react";
import { useWords } from "../i18n/LanguageProvider";
import { LANGUAGES } from "../i18n/say";
import "./frame.css";

/** What stands around every page. It comes after the page in reading order, so that Play is the first thing reached. */
export function Frame({ children }: { children: ReactNode }) {
  const { say, language, choose } = useWords();
  return (
    <div className="frame">
      {children}
      <header className="frame-brand">
        <a href="/">{say("page-product")}</a>
      </header>
      <footer className="frame-foot">
        <div role="group" aria-label={say("page-language")} className="frame-languages">
          {LANGUAGES.map((each) => (
            <button key={each} type="button" lang={each} aria-pressed={each === language} onClick={() => { choose(each); }}>
              {say(`page-language-${each}`)}
            </button>
          ))}
        </div>
      </footer>
    </div>
  );
}

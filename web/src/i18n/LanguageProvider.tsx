import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { firstLanguage, speaker, type Language, type Say } from "./say";

interface Words {
  language: Language;
  choose: (language: Language) => void;
  say: Say;
}

const Context = createContext<Words | null>(null);
const STORED = "korero.language";

/** Speaks to everything below in the reader's language. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => firstLanguage(stored(), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const words = useMemo<Words>(
    () => ({
      language,
      say: speaker(language),
      choose(next) {
        store(next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <Context value={words}>{children}</Context>;
}

/** The reader's language and its sentences. */
export function useWords(): Words {
  const words = useContext(Context);
  if (words === null) throw new Error("useWords stands outside LanguageProvider");
  return words;
}

// A browser may forbid storage; then the choice lasts as long as the page.
function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function store(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    /* the choice lasts as long as the page */
  }
}

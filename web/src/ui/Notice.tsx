import { useEffect } from "react";
import { useWords } from "../i18n/LanguageProvider";
import "./notice.css";

interface Props {
  title: string;
  line: string;
  link: { to: string; text: string };
}

/** One thing to say, and one place to go. */
export function Notice({ title, line, link }: Props) {
  const { say } = useWords();
  useEffect(() => {
    document.title = `${title} · ${say("page-product")}`;
  }, [title, say]);
  return (
    <main className="notice">
      <h1>{title}</h1>
      <p>{line}</p>
      <a className="button" href={link.to}>
        {link.text}
      </a>
    </main>
  );
}

import { useWords } from "../i18n/LanguageProvider";
import { Notice } from "../ui/Notice";

/** An address where nothing lives. */
export function LostPage() {
  const { say } = useWords();
  return <Notice title={say("page-lost")} line={say("page-lost-line")} link={{ to: "/", text: say("page-see-who") }} />;
}

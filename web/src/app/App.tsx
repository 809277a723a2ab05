import { HomePage } from "../features/home/HomePage";
import { PlayerPage } from "../features/player/PlayerPage";
import { LanguageProvider } from "../i18n/LanguageProvider";
import { Frame } from "../ui/Frame";
import { addressOf, type Address } from "./address";
import { LostPage } from "./LostPage";

/** The whole page: one address, one feature. */
export function App() {
  return (
    <LanguageProvider>
      <Frame>{pageOf(addressOf(location.pathname))}</Frame>
    </LanguageProvider>
  );
}

function pageOf(address: Address) {
  switch (address.page) {
    case "home":
      return <HomePage />;
    case "artist":
      return <PlayerPage slug={address.slug} />;
    case "lost":
      return <LostPage />;
  }
}

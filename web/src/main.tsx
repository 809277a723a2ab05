import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./generated/letters.css";
import "./generated/tokens.css";
import "./ui/base.css";

const root = document.getElementById("root");
// The element stands in index.html beside the script that runs this.
if (root !== null) createRoot(root).render(<App />);

import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** Colours and sizes stand in assets/theme.toml; a script that needs one asks the style sheet. */
const literals = {
  selector: "Literal[value=/#[0-9a-fA-F]{6}\\b|\\b\\d+(px|rem)\\b/]",
  message: "Colours and sizes come from assets/theme.toml through CSS variables.",
};
/** Who may import whom: app → features → {live, api, ui, i18n}, never sideways, and live draws nothing. */
const wall = (files, group, message) => ({ files, rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] } });

export default tseslint.config(
  { ignores: ["dist", "src/generated", "src/api/schema.ts"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 500 }],
      "max-lines-per-function": ["error", { max: 70 }],
      "no-restricted-syntax": ["error", literals],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unnecessary-boolean-literal-compare": "off",
    },
  },
  wall(["src/live/**"], ["react", "react-dom", "**/features/**", "**/ui/**", "**/app/**", "**/i18n/**"], "live/ knows no framework and draws nothing."),
  wall(["src/{ui,i18n,api}/**"], ["**/features/**", "**/app/**", "**/live/**"], "Primitives know no feature."),
  wall(["src/features/player/**"], ["**/home/**", "**/app/**"], "Features never look sideways."),
  wall(["src/features/home/**"], ["**/player/**", "**/app/**"], "Features never look sideways."),
  { files: ["src/**/*.test.ts"], rules: { "max-lines-per-function": "off" } },
  { files: ["scripts/**", "*.js"], languageOptions: { globals: globals.node } },
);

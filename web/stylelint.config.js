// No colour and no size is written in a style sheet: they come from assets/theme.toml as variables.
/** @type {import("stylelint").Config} */
export default {
  ignoreFiles: ["src/generated/**"],
  rules: {
    "color-no-hex": true,
    "color-named": "never",
    "function-disallowed-list": ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"],
    "unit-disallowed-list": [["px", "rem", "em", "pt", "cm", "mm", "in", "s", "ms"], { ignoreMediaFeatureNames: { rem: ["width", "height"] } }],
    "block-no-empty": true,
    "declaration-block-no-duplicate-properties": true,
    "declaration-no-important": true,
    "no-duplicate-selectors": true,
    "property-no-unknown": true,
    "selector-class-pattern": "^[a-z][a-z-]*$",
    "unit-no-unknown": true,
  },
};

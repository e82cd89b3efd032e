import js from '@eslint/js'
import hooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import ts from 'typescript-eslint'

/** Chinese or other words written straight into markup would escape translation. */
const noBareText = {
  meta: { type: 'problem', schema: [], messages: { bare: 'Words on screen come from the catalogues: use t().' } },
  create: (context) => ({
    JSXText: (node) => {
      if (/\p{L}{2,}/u.test(node.value)) context.report({ node, messageId: 'bare' })
    },
    Literal: (node) => {
      if (typeof node.value === 'string' && /\p{Script=Han}/u.test(node.value)) context.report({ node, messageId: 'bare' })
    },
  }),
}

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js', 'scripts/*.mjs'] } },
    },
    plugins: { banjie: { rules: { 'no-bare-text': noBareText } } },
    rules: {
      'banjie/no-bare-text': 'error',
      'max-lines': ['error', 250],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ['**/texts.ts', '**/texts/*.ts', '**/*.test.ts', '**/*.test.tsx'], rules: { 'banjie/no-bare-text': 'off', 'max-lines': 'off' } },
  { files: ['scripts/*.mjs', 'eslint.config.js'], ...ts.configs.disableTypeChecked, languageOptions: { globals: globals.node } },
)

/** Ant Design in our colours: dense, square-ish, quiet. The same values stand in ui/colours.css. */
import type { ThemeConfig } from 'antd'

export const theme: ThemeConfig = {
  cssVar: { key: 'banjie' },
  token: {
    colorPrimary: '#1b5a8c',
    colorSuccess: '#1b7a4a',
    colorWarning: '#b45309',
    colorError: '#b3362b',
    colorInfo: '#1b5a8c',
    colorInfoBg: '#eaf2f8',
    colorInfoBorder: '#b9d2e4',
    colorSuccessBg: '#eaf5ee',
    colorSuccessBorder: '#b4d8c2',
    colorWarningBg: '#fdf4e7',
    colorWarningBorder: '#efcf9f',
    colorErrorBg: '#fbecea',
    colorErrorBorder: '#e9b8b2',
    colorTextBase: '#1d2730',
    colorTextSecondary: '#55626e',
    colorTextTertiary: '#5f6b77',
    colorTextPlaceholder: '#6b7682',
    colorTextDisabled: '#7b8691',
    colorBorder: '#c9d1d8',
    colorBorderSecondary: '#dde2e7',
    colorBgLayout: '#f1f3f5',
    borderRadius: 5,
    fontSize: 14,
    fontFamily: 'var(--font)',
    controlHeight: 34,
    wireframe: false,
  },
  components: {
    Table: { cellPaddingBlock: 8, cellPaddingInline: 10, headerBg: '#f6f8f9' },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
  },
}

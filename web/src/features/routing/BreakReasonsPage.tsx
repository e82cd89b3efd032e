import { CodesPage } from './CodesPage'

export default function BreakReasonsPage() {
  return <CodesPage kind="breakReasons" />
}

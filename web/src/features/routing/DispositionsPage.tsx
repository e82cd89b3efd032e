import { CodesPage } from './CodesPage'

export default function DispositionsPage() {
  return <CodesPage kind="dispositions" />
}

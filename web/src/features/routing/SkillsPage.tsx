import { CodesPage } from './CodesPage'

export default function SkillsPage() {
  return <CodesPage kind="skills" />
}

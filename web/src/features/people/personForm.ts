/** What is asked of a person who works here. */
import type { TFunction } from 'i18next'

import type { Bilingual, CodeOut, PersonIn, Queue, Role, Team, User } from '@/api/types'
import type { Field, Option } from '@/ui/record/fields'
import { zh } from '@/app/texts'

export interface Around {
  readonly queues: readonly Queue[]
  readonly teams: readonly Team[]
  readonly skills: readonly CodeOut[]
}

/** As the form holds it: skills as lines of `code:proficiency`. */
export interface Values extends Omit<PersonIn, 'skills'> {
  skills: string[]
}

export const ROLES = Object.keys(zh.roles) as Role[]

export const newPerson: Values = { username: '', name: {}, roles: ['agent'], extension: null, queues: [], team_id: null, leads: [], skills: [], language: 'zh', is_active: true }

export function personValues({ username, name, roles, extension, queues, team_id, leads, skills, language, is_active }: User): Values {
  const written = Object.entries(skills).map(([skill, proficiency]) => `${skill}:${proficiency}`)
  return { username, name, roles, extension, queues, team_id, leads, skills: written, language: language === 'en' ? 'en' : 'zh', is_active }
}

export function personIn({ skills, extension, team_id, ...values }: Values): PersonIn {
  return { ...values, extension: extension ?? null, team_id: team_id ?? null, skills: readSkills(skills) }
}

/** `loans:3` is rated 3 of 5; a skill alone is not rated, 0. */
export function readSkills(lines: readonly string[]): Record<string, number> {
  const pairs = lines.map((line) => {
    const [skill = '', level = '0'] = line.split(/[:：=]/)
    return [skill.trim(), Number(level.trim()) || 0] as const
  })
  return Object.fromEntries(pairs.filter(([skill]) => skill !== ''))
}

export function personFields(t: TFunction, text: (name: Bilingual) => string, { queues, teams, skills }: Around): Field[] {
  const options = (rows: readonly { name: Bilingual; is_active: boolean }[], id: (row: never) => string): Option[] =>
    rows.map((row) => ({ value: id(row as never), label: text(row.name), disabled: !row.is_active }))
  const inTeams = options(teams, (team: Team) => team.team_id)
  const known = skills.filter((skill) => skill.is_active).map(({ code, name }) => `${code} (${text(name)})`)
  return [
    { kind: 'text', name: 'username', label: t('people.users.username'), hint: t('people.users.usernameHint'), isNeeded: true },
    { kind: 'names', name: 'name', label: t('people.users.name') },
    { kind: 'choices', name: 'roles', label: t('people.users.roles'), isNeeded: true, options: ROLES.map((role) => ({ value: role, label: t(`app.roles.${role}`) })) },
    { kind: 'text', name: 'extension', label: t('people.users.extension'), hint: t('people.users.extensionHint') },
    { kind: 'choices', name: 'queues', label: t('people.users.queues'), options: options(queues, (queue: Queue) => queue.queue_id) },
    { kind: 'lines', name: 'skills', label: t('people.users.skills'), hint: t('people.users.skillsHint', { known: known.join('、') || '—' }), placeholder: 'loans:3' },
    { kind: 'choice', name: 'team_id', label: t('people.users.team'), without: t('people.users.noTeam'), options: inTeams },
    { kind: 'choices', name: 'leads', label: t('people.users.leads'), hint: t('people.users.leadsHint'), options: inTeams },
    {
      kind: 'choice',
      name: 'language',
      label: t('people.users.language'),
      options: [
        { value: 'zh', label: t('app.record.inChinese') },
        { value: 'en', label: t('app.record.inEnglish') },
      ],
    },
    { kind: 'check', name: 'is_active', label: t('people.users.isActive'), hint: t('people.users.isActiveHint') },
  ]
}

/** What a queue's rules can name: other queues, skills, nodes of published scripts, words to end a call with. */
import { useQuery } from '@tanstack/react-query'

import { http, ok } from '@/api/client'
import type { Bilingual } from '@/api/types'
import { useText } from '@/ui/useLanguage'
import type { Option } from '@/ui/record/fields'

export interface QueueChoices {
  readonly queues: readonly Option[]
  readonly skills: readonly Option[]
  readonly nodes: readonly Option[]
  readonly prompts: readonly Option[]
  readonly comforts: readonly Option[]
}

/** `enabled`: the reader may change queues; nobody else asks. */
export function useQueueChoices(enabled: boolean): QueueChoices {
  const text = useText()
  const ways = useQuery({ queryKey: ['queueWays'], queryFn: () => ok(http.GET('/api/queues/ways')), enabled }).data
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ok(http.GET('/api/queues')) }).data ?? []
  const skills = useQuery({ queryKey: ['skills'], queryFn: () => ok(http.GET('/api/skills')), enabled }).data ?? []
  const said = ({ name, text: words }: { name: string; text: Bilingual }) => ({ value: name, label: text(words) })
  return {
    queues: queues.map(({ queue_id, name, is_active }) => ({ value: queue_id, label: text(name), disabled: !is_active })),
    skills: skills.map(({ code, name, is_active }) => ({ value: code, label: text(name), disabled: !is_active })),
    nodes: (ways?.nodes ?? []).map(({ node, script_name, says }) => ({ value: node, label: [text(script_name), node, text(says).slice(0, 24)].filter(Boolean).join(' · ') })),
    prompts: (ways?.prompts ?? []).map(said),
    comforts: (ways?.comforts ?? []).map(said),
  }
}

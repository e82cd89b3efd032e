/** Short names for the types of the OpenAPI document. */
import type { components } from './schema'

type Schemas = components['schemas']

export type AgentView = Schemas['AgentView']
export type OfferView = Schemas['OfferView']
export type CallView = Schemas['CallView']
export type AcwView = Schemas['AcwView']
export type WatchView = Schemas['WatchView']
export type CallerView = Schemas['CallerView']
export type QueueView = Schemas['QueueView']
export type VisitorCallView = Schemas['VisitorCallView']
export type Press = Schemas['Press']
export type Session = Schemas['SessionOut']
export type Permission = Schemas['Permission']
export type Options = Schemas['OptionsOut']
export type Choice = Schemas['ChoiceOut']
export type Call = Schemas['CallOut']
export type CallPage = Schemas['CallPage']
export type CallDetail = Schemas['CallDetailOut']
export type CallEvent = Schemas['CallEventOut']
export type Outcome = Schemas['Outcome']
export type User = Schemas['UserOut']
export type Queue = Schemas['QueueOut']
export type QueueIn = Schemas['QueueIn']
export type CodeOut = Schemas['CodeOut']
export type CodeRow = CodeOut & { depth: number }
export type Hours = Schemas['HoursOut']
export type AuditEntry = Schemas['AuditOut']
export type ServiceNumber = Schemas['NumberOut']
export type Script = Schemas['ScriptOut']
export type Draft = Schemas['DraftOut']
export type Bilingual = Record<string, string>

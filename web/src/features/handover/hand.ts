/** What the desk asks of the server about other people in the call. */
import { http, ok } from '@/api/client'
import type { Target } from '@/api/types'

export const hand = {
  transfer: (callId: string, target: Target) => ok(http.POST('/api/desk/calls/{call_id}/transfer', { params: at(callId), body: target })),
  consult: (callId: string, target: Target) => ok(http.POST('/api/desk/calls/{call_id}/consult', { params: at(callId), body: target })),
  swap: (callId: string, aside: boolean) => ok(http.POST('/api/desk/calls/{call_id}/swap', { params: at(callId), body: { aside } })),
  join: (callId: string) => ok(http.POST('/api/desk/calls/{call_id}/join', { params: at(callId) })),
  complete: (callId: string) => ok(http.POST('/api/desk/calls/{call_id}/complete', { params: at(callId) })),
  dismiss: (callId: string, guestId: string) =>
    ok(http.DELETE('/api/desk/calls/{call_id}/guests/{guest_id}', { params: { path: { call_id: callId, guest_id: guestId } } })),
}

function at(callId: string) {
  return { path: { call_id: callId } }
}

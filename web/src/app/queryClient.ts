import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query'

import { Refused } from '@/api/client'

const MAY_RETRY = 2

/** Any answer "not signed in" ends the session of this page. */
function noticeSignedOut(cause: Error): void {
  if (cause instanceof Refused && cause.code === 'people.not_signed_in') queryClient.setQueryData(['session'], null)
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What is read anew is new: with it goes what was seen of the set-up, see `api/seen.ts`.
      structuralSharing: false,
      // What the server refused it will refuse again; a dead network may come back.
      retry: (count, cause) => count < MAY_RETRY && !(cause instanceof Refused && cause.status >= 400 && cause.status < 500),
    },
  },
})

/** The peer of calls that were made up at seeding: always marked, so that nobody takes them for real ones. */
export const DEMONSTRATION = 'demonstration'

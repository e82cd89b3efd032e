/** Digits keep their order: one request at a time; what is pressed meanwhile goes together in the next. */
export class DigitLine {
  private waiting = ''
  private isSending = false
  private readonly send: (digits: string) => Promise<unknown>

  /** `send` must not reject; whoever makes it says what went wrong. */
  constructor(send: (digits: string) => Promise<unknown>) {
    this.send = send
  }

  async press(digits: string): Promise<void> {
    this.waiting += digits
    if (this.isSending) return
    this.isSending = true
    while (this.waiting !== '') {
      const next = this.waiting.slice(0, 32) // as many as one request may carry
      this.waiting = this.waiting.slice(next.length)
      await this.send(next)
    }
    this.isSending = false
  }
}

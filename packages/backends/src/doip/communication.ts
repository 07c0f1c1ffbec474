import type { CommunicationControl } from '@opensovd/core'
import { COMMUNICATION_CONTROL as CONTROL, type EcuClient, SESSION } from '@opensovd/uds'

/** controlType of CommunicationControl by the names of the standard. */
export const CONTROL_TYPES: Readonly<Record<CommunicationControl, number>> = {
  enableRxAndEnableTx: CONTROL.ENABLE_RX_AND_TX,
  enableRxAndDisableTx: CONTROL.ENABLE_RX_DISABLE_TX,
  disableRxAndEnableTx: CONTROL.DISABLE_RX_ENABLE_TX,
  disableRxAndDisableTx: CONTROL.DISABLE_RX_AND_TX,
}

/** Normal communication messages of the network that the ECU is in [14229-1 annex B]. */
export const NORMAL_COMMUNICATION = 0x01

/** What was set with CommunicationControl and ControlDTCSetting; the default session puts it back. */
export class CommunicationState implements Disposable {
  readonly #unsubscribe: () => void
  control: CommunicationControl = 'enableRxAndEnableTx'
  dtcSetting: 'on' | 'off' = 'on'

  constructor(client: EcuClient) {
    this.#unsubscribe = client.onState(({ session }) => {
      if (session !== SESSION.DEFAULT) return
      this.control = 'enableRxAndEnableTx'
      this.dtcSetting = 'on'
    })
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
  }
}

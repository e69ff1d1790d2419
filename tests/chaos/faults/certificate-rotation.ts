import { connect } from 'node:tls';
import { once } from 'node:events';
import { ensureCertificate } from '../../../scripts/kind/secrets.ts';
import { ports } from '../../../scripts/kind/names.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, noFallbacks, noRestarts } from '../judge/expectations.ts';

/** As many connections as it takes to have met both replicas of the Ingress controller. */
const inARow = 8;

export const certificateRotation: Fault = {
  name: 'certificate-rotation',
  title: 'the Ingress gets another certificate',
  clientSees: 'nothing: new connections are shown the new certificate, old ones go on',
  async inject(stage) {
    const before = await shownSerial();
    stage.begin();
    await ensureCertificate({ renew: true });
    await stage.until('every new connection is shown the new certificate', async () => {
      const shown = await Promise.all(Array.from({ length: inARow }, () => shownSerial()));
      return shown.every((serial) => serial !== before);
    });
    stage.note('every new connection is shown the new certificate');
  },
  expectations: [noFailedRequests, noFallbacks, noRestarts],
};

/** The load checks the certificate on every connection; here we only read which one it is. */
async function shownSerial(): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    port: ports.https,
    servername: 'localhost',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** An incident, through the operator's interface. */
import { post } from './site';

type Phase = 'investigating' | 'identified' | 'monitoring';

export class Incident {
  private constructor(private readonly address: string) {}

  /** A confirmed incident that affects those tenants. */
  static async of(ops: string, title: string, tenants: string[], message: string): Promise<Incident> {
    const proposed = await post(`${ops}/ops/api/incidents`, { title, component: 'pages', tenants });
    const { id } = proposed as { id: string };
    const incident = new Incident(`${ops}/ops/api/incidents/${id}`);
    await post(`${incident.address}/confirm`, { message });
    return incident;
  }

  async update(phase: Phase, message: string): Promise<void> {
    await post(`${this.address}/update`, { phase, message });
  }

  async resolve(message: string): Promise<void> {
    await post(`${this.address}/resolve`, { message });
  }
}

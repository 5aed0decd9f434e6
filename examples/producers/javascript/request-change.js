// Asks Slipway for a change over Kafka, and waits for the answer.
//
//     npm ci
//     node request-change.js localhost:7092 http://localhost:7081 "Show the stock" inventory-web
//
// Ends with 0 when the request was accepted, 1 when it was refused, 3 when no answer came within a minute.
import { randomUUID } from 'node:crypto';
import { KafkaJS } from '@confluentinc/kafka-javascript';
import {
  AvroDeserializer,
  AvroSerializer,
  SchemaRegistryClient,
  SerdeType,
} from '@confluentinc/schemaregistry';

const REQUESTS = 'change.requests';
const ANSWERS = 'change.events';
const RECORD = 'slipway.events.change.RFCSubmitted';

// Whoever asks, for ever the same: with the id it tells one request from all others.
const SOURCE = '/examples/javascript';

const MINUTE = 60_000;
const PATIENCE = MINUTE;

// What is left out has a default in the schema.
function request(id, title, items) {
  const now = Date.now();
  return {
    meta: {
      eventId: id,
      aggregateId: id,
      sequence: 0,
      occurredAt: now,
      recordedAt: now,
      actor: { id: 'examples-javascript', kind: 'SERVICE' },
      correlationId: id,
    },
    source: SOURCE,
    sourceId: id,
    rfc: {
      type: 'NORMAL',
      title,
      justification: 'Customers ask for it.',
      requester: 'dana',
      implementer: 'dana',
      service: 'inventory-web',
      version: '2.1.0',
      configurationItems: items,
      environments: ['dev'],
      implementationPlan: 'Roll out instance by instance.',
      rollbackPlan: 'Switch back to the version before.',
      testPlan: 'Unit tests, then probes of every instance.',
      outageExpected: false,
      irreversible: false,
      restoreDataOnRollback: false,
      window: { notBefore: now + 5 * MINUTE, notAfter: now + 120 * MINUTE },
      soakSeconds: 0,
      riskAnswers: {
        testEvidence: 3,
        doneBefore: 3,
        rollbackAutomated: 3,
        recoverableInWindow: 2,
        teamsInvolved: 1,
        dataTouched: 1,
        businessHours: 3,
        leadTime: 3,
      },
      links: [],
    },
  };
}

function isAnswer(fact, id) {
  return fact.source === SOURCE && fact.sourceId === id;
}

// Reads what comes after `ends`: the end as it was before the request was sent, so the answer is behind it.
async function answers(kafka, ends, id, deserializer) {
  const offsets = new Map(ends.map(({ partition, high }) => [partition, high]));
  const consumer = kafka.consumer({
    // A group of its own; nothing is committed.
    kafkaJS: { groupId: `request-change-${id}`, autoCommit: false },
    rebalance_cb: (err, assignment) =>
      err.code === KafkaJS.ErrorCodes.ERR__ASSIGN_PARTITIONS
        ? assignment.map((each) => ({ ...each, offset: Number(offsets.get(each.partition)) }))
        : undefined,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: ANSWERS });
  const answer = new Promise((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ topic, message }) => {
          const type = String(message.headers?.ce_type ?? '');
          if (!type.endsWith('.RFCSubmitted') && !type.endsWith('.RFCRefused')) {
            return;
          }
          const fact = await deserializer.deserialize(topic, message.value);
          if (isAnswer(fact, id)) {
            resolve({ type, fact });
          }
        },
      })
      .catch(reject);
  });
  return { consumer, answer };
}

function tell({ type, fact }) {
  if (type.endsWith('.RFCSubmitted')) {
    console.log(`accepted ${fact.meta.aggregateId}`);
    return 0;
  }
  console.log(`refused ${fact.meta.aggregateId}`);
  fact.reasons.forEach((reason) => console.log(`- ${reason}`));
  return 1;
}

async function main([bootstrap, registryUrl, title, ...items]) {
  if (items.length === 0) {
    console.error('usage: node request-change.js BOOTSTRAP REGISTRY TITLE ITEM...');
    return 2;
  }
  const id = randomUUID();
  const registry = new SchemaRegistryClient({ baseURLs: [registryUrl] });
  // Never register schemas of your own: the subject belongs to Slipway, which registers what it reads.
  const serializer = new AvroSerializer(registry, SerdeType.VALUE, {
    autoRegisterSchemas: false,
    useLatestVersion: true,
    subjectNameStrategy: (topic) => `${topic}-${RECORD}`,
  });
  const deserializer = new AvroDeserializer(registry, SerdeType.VALUE, {
    subjectNameStrategyType: 'TOPIC_RECORD',
  });
  const value = await serializer.serialize(REQUESTS, request(id, title, items));

  const kafka = new KafkaJS.Kafka({
    kafkaJS: { brokers: bootstrap.split(','), logLevel: KafkaJS.logLevel.ERROR },
  });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(ANSWERS);
  await admin.disconnect();

  const { consumer, answer } = await answers(kafka, ends, id, deserializer);
  const producer = kafka.producer({ kafkaJS: { idempotent: true } });
  await producer.connect();
  await producer.send({
    topic: REQUESTS,
    messages: [
      {
        key: id,
        value,
        headers: {
          ce_specversion: '1.0',
          ce_id: id,
          ce_source: SOURCE,
          ce_type: RECORD,
          ce_time: new Date().toISOString(),
          'content-type': 'application/avro',
        },
      },
    ],
  });
  await producer.disconnect();
  console.log(`asked ${id}`);

  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE);
  });
  const answered = await Promise.race([answer, late]);
  clearTimeout(timer);
  await consumer.disconnect();
  if (answered === null) {
    console.error('no answer yet');
    return 3;
  }
  return tell(answered);
}

process.exit(await main(process.argv.slice(2)));

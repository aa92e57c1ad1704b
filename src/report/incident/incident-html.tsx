import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { counted, dateAndTime, timeOfDay } from '../../text/duration.ts';
import type { Incident, IncidentLog, IncidentPod, IncidentProblem } from './incident.ts';
import { Axis, CrashChart, isMoment, LifeLane, lanesSpan, WaitsChart } from './incident-charts.tsx';
import {
  EVENT_HEADINGS,
  eventCells,
  factsOf,
  nameOfProblem,
  POD_HEADINGS,
  podCells,
  RUN_HEADINGS,
  runCells,
  spanOf,
  summaryOf,
  titleOf,
  waitsOf,
} from './incident-words.ts';
import { REPORT_STYLE } from './report-style.ts';

// Nothing may load or run, whatever a pod has written into its log.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

// The number of pods of a problem with lanes and run lists; the table names all of them.
const PODS_SHOWN = 12;

/**
 * The incident as one self-contained HTML file.
 * @param tool the tool and its version, for the last line.
 */
export function incidentHtml(incident: Incident, tool: string): string {
  return `<!doctype html>\n${renderToStaticMarkup(<Page incident={incident} tool={tool} />)}\n`;
}

function Page({ incident, tool }: { readonly incident: Incident; readonly tool: string }) {
  const { problems, source } = incident;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark light" />
        <meta name="referrer" content="no-referrer" />
        {/* Empty icon: without one, a browser requests it from the server. */}
        <link rel="icon" href="data:," />
        <title>{`${titleOf(incident)}, ${spanOf(incident)}`}</title>
        <style>{REPORT_STYLE}</style>
      </head>
      <body>
        <header>
          <h1>{titleOf(incident)}</h1>
          <p className="dim">{[spanOf(incident), source.name, source.serverVersion].filter((t) => t !== null).join(' · ')}</p>
        </header>
        <main>
          <section>
            <h2>Summary</h2>
            {summaryOf(incident).map((sentence, i) => (
              <p key={i}>{sentence}</p>
            ))}
            {!isMoment(incident) && <CrashChart incident={incident} />}
            <Markers incident={incident} />
            {problems.length > 0 && <Overview problems={problems} />}
          </section>
          {problems.map((problem) => (
            <Problem key={problem.id} problem={problem} incident={incident} />
          ))}
        </main>
        <footer className="dim">
          <p>{`Made by ${tool} from ${source.name}. Times are UTC. Text that looks like a secret is masked. Output of pods is quoted: trust it no more than the pods.`}</p>
        </footer>
      </body>
    </html>
  );
}

function Markers({ incident: { markers } }: { readonly incident: Incident }) {
  if (markers.length === 0) return null;
  return (
    <ul className="markers">
      {markers.map(({ at, name, note }) => (
        <li key={`${at} ${name}`}>
          <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time> {name}
          {note !== '' && <span className="dim"> {note}</span>}
        </li>
      ))}
    </ul>
  );
}

function Overview({ problems }: { readonly problems: readonly IncidentProblem[] }) {
  return (
    <Scrolling>
      <table className="overview">
        <thead>
          <Cells as="th" cells={['Problem', 'Why', 'Impact', 'Pods', 'At the end']} />
        </thead>
        <tbody>
          {problems.map((p) => (
            <tr key={p.id}>
              <td>
                <a href={`#${p.id}`}>{nameOfProblem(p)}</a>
              </td>
              <td>{p.why}</td>
              <td>{p.impact?.level ?? '-'}</td>
              <td>{p.pods.length || '-'}</td>
              <td>{p.stateAtEnd}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function Problem({ problem, incident }: { readonly problem: IncidentProblem; readonly incident: Incident }) {
  const { id, why, evidence, next, pods, log, events } = problem;
  const [first] = pods;
  const waits = first === undefined ? [] : waitsOf(first);
  return (
    <section id={id} className="problem">
      <h2>{nameOfProblem(problem)}</h2>
      <p className="why">{why}</p>
      <dl>
        {factsOf(problem, incident).map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {evidence.length > 0 && <h3>Evidence</h3>}
      <ul>
        {evidence.map((fact, i) => (
          <li key={i}>{fact}</li>
        ))}
      </ul>
      {pods.length > 0 && <Lives pods={pods} incident={incident} />}
      {waits.length > 1 && <WaitsChart waits={waits} />}
      {(first !== undefined || log.lines.length > 0) && <Log log={log} />}
      {pods.length > 0 && (
        <>
          <h3>Pods</h3>
          <Grid headings={POD_HEADINGS} rows={pods.map(podCells)} />
          <h3>Restart history</h3>
          {pods.slice(0, PODS_SHOWN).map((pod, i) => (
            <Runs key={pod.entry.key} pod={pod} now={incident.to} isOpen={i === 0} />
          ))}
          {pods.length > PODS_SHOWN && (
            <p className="dim">{`${pods.length - PODS_SHOWN} more pods: the JSON report has them all.`}</p>
          )}
        </>
      )}
      {events.length > 0 && (
        <details>
          <summary>{`Events (${events.length})`}</summary>
          <Grid headings={EVENT_HEADINGS} rows={events.map((event) => eventCells(event, incident.to))} />
        </details>
      )}
      {next.length > 0 && <h3>Run next</h3>}
      {next.map((command) => (
        <pre key={command} className="command">
          {command}
        </pre>
      ))}
    </section>
  );
}

const LEGEND = [
  ['crash', 'crash'],
  ['running', 'running'],
  ['waiting', 'waiting'],
  ['unseen', 'not seen'],
] as const;

function Lives({ pods, incident }: { readonly pods: readonly IncidentPod[]; readonly incident: Incident }) {
  return (
    <>
      <h3>Runs over time</h3>
      <div className="lanes">
        {pods.slice(0, PODS_SHOWN).map((pod) => (
          <div key={pod.entry.key}>
            <span className="name">{pod.entry.record.pod.name}</span>
            <LifeLane pod={pod} incident={incident} />
          </div>
        ))}
        <div>
          <span />
          <Axis {...lanesSpan(incident)} />
        </div>
      </div>
      <p className="legend dim">
        {LEGEND.map(([look, word]) => (
          <span key={look}>
            <i className={look} /> {word}{' '}
          </span>
        ))}
      </p>
    </>
  );
}

function Log({ log }: { readonly log: IncidentLog }) {
  const { missing, lines, telling, omitted } = log;
  return (
    <>
      <h3>Log of the run that died</h3>
      {missing !== '' ? (
        <p className="dim">{missing}</p>
      ) : (
        <pre className="log">
          {omitted > 0 && <span className="dim">{`… ${counted(omitted, 'line')} before\n`}</span>}
          {lines.map(({ text }, i) => {
            const line = `${text}\n`;
            return i === telling ? <mark key={i}>{line}</mark> : <span key={i}>{line}</span>;
          })}
        </pre>
      )}
    </>
  );
}

function Runs({ pod, now, isOpen }: { readonly pod: IncidentPod; readonly now: number; readonly isOpen: boolean }) {
  const { rows, omitted } = runCells(pod, now);
  const { name, createdAt } = pod.entry.record.pod;
  const made = createdAt === null ? '' : `, created at ${dateAndTime(createdAt)}`;
  if (rows.length === 0) return <p className="dim">{`${name}${made}: never started`}</p>;
  return (
    <details open={isOpen}>
      <summary>{`${name}: ${counted(pod.entry.container.ledger.length, 'run')} known${pod.unobserved > 0 ? `, ${pod.unobserved} not seen` : ''}${made}`}</summary>
      {omitted > 0 && <p className="dim">{`${counted(omitted, 'earlier run')} omitted: the JSON report has them all.`}</p>}
      <Grid headings={RUN_HEADINGS} rows={rows} />
    </details>
  );
}

function Grid({ headings, rows }: { readonly headings: readonly string[]; readonly rows: readonly (readonly string[])[] }) {
  return (
    <Scrolling>
      <table>
        <thead>
          <Cells as="th" cells={headings} />
        </thead>
        <tbody>
          {rows.map((cells, i) => (
            <Cells key={i} as="td" cells={cells} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function Cells({ as: Cell, cells }: { readonly as: 'th' | 'td'; readonly cells: readonly string[] }) {
  return (
    <tr>
      {cells.map((cell, i) => (
        <Cell key={i}>{cell}</Cell>
      ))}
    </tr>
  );
}

// Wide tables scroll by themselves; the page never scrolls sideways.
function Scrolling({ children }: { readonly children: ReactNode }) {
  return <div className="scrolling">{children}</div>;
}

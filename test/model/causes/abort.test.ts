import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, endOf, factsOf } from '../../support/cause-facts.ts';
import { examineLogs } from '../../support/examined-runs.ts';

describe('segfault and abort', () => {
  it.each([
    [134, 'abort', 'exit 134: SIGABRT'],
    [-1073740791, 'abort', 'fail-fast abort'],
  ])('exit %d is %s', (code, id, summary) => {
    expect(endOf(code)).toMatchObject({ id, summary, confidence: 'likely' });
    expect(endOf(code, 'OOMKilled')?.id).toBe('oom-killed');
  });
});

describe('exit codes and what they stand for', () => {
  it.each([[134, 'abort', 'likely']])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});

describe('the last words of runtimes', () => {
  examineLogs([
    {
      of: 'the JVM that crashed in native code (exit 134)',
      exitCode: 134,
      log: `#
# A fatal error has been detected by the Java Runtime Environment:
#
#  SIGSEGV (0xb) at pc=0x00007f2c9a1d3f5e, pid=1, tid=29
#
# JRE version: OpenJDK Runtime Environment Temurin-21.0.4+7 (21.0.4+7) (build 21.0.4+7-LTS)
# Java VM: OpenJDK 64-Bit Server VM Temurin-21.0.4+7 (21.0.4+7-LTS, mixed mode, sharing, tiered, compressed oops, g1 gc, linux-amd64)
# Problematic frame:
# C  [libc.so.6+0x15af5e]
#
# No core dump will be written. Core dumps have been disabled. To enable core dumping, try "ulimit -c unlimited" before starting Java again
#
# An error report file with more information is saved as:
# /app/hs_err_pid1.log
[thread 34 also had an error]
#
# If you would like to submit a bug report, please visit:
#   https://github.com/adoptium/adoptium-support/issues
# The crash happened outside the Java Virtual Machine in native code.
# See problematic frame for where to report the bug.
#
`,
      id: 'abort',
      says: 'SIGSEGV (0xb) at pc=0x00007f2c9a1d3f5e, pid=1, tid=29',
    },
    {
      of: 'Node.js at the limit of its own heap (exit 134)',
      exitCode: 134,
      log: `
<--- Last few GCs --->

[1:0x7f5d3c000b70]    40372 ms: Mark-Compact (reduce) 2045.7 (2081.8) -> 2044.7 (2082.0) MB, 337.46 / 0.00 ms  (average mu = 0.070, current mu = 0.004) allocation failure; scavenge might not succeed
[1:0x7f5d3c000b70]    40712 ms: Mark-Compact (reduce) 2045.9 (2082.0) -> 2044.8 (2081.8) MB, 338.12 / 0.00 ms  (average mu = 0.038, current mu = 0.005) allocation failure; scavenge might not succeed


<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb8d11b node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xf01b70 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 3: 0xf01e57 v8::internal::V8::FatalProcessOutOfMemory(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 9: 0x10e0226 v8::internal::Factory::NewFillerObject(int, v8::internal::AllocationAlignment, v8::internal::AllocationType) [node]
10: 0x153c086 v8::internal::Runtime_AllocateInYoungGeneration(int, unsigned long*, v8::internal::Isolate*) [node]
11: 0x1910b36  [node]
Aborted (core dumped)
`,
      id: 'abort',
      says: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    },
    {
      of: 'Rust, memory that could not be had',
      exitCode: 134,
      log: 'memory allocation of 17179869184 bytes failed\n',
      id: 'abort',
      says: 'memory allocation of 17179869184 bytes failed',
    },
    {
      of: 'an assertion of the C library (exit 134)',
      exitCode: 134,
      log: "queue: /src/queue.c:88: pop: Assertion `q->head != NULL' failed.\nAborted\n",
      id: 'abort',
      says: "Assertion `q->head != NULL' failed.",
    },
    {
      of: 'a heap that checks itself',
      exitCode: 134,
      log: 'free(): double free detected in tcache 2\n',
      id: 'abort',
      says: 'free(): double free detected in tcache 2',
    },
  ]);
});

describe('the last words of servers', () => {
  examineLogs([
    {
      of: 'the BEAM without memory',
      exitCode: 134,
      log: 'eheap_alloc: Cannot allocate 3405096 bytes of memory (of type "heap").\n\nCrash dump is being written to: erl_crash.dump...done\nAborted (core dumped)\n',
      id: 'abort',
      says: 'eheap_alloc: Cannot allocate 3405096 bytes of memory',
    },
  ]);
});

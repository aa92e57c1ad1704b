import { describe } from 'vitest';
import { examineTold } from './examined.ts';

describe('structured logs', () => {
  examineTold([
    {
      of: 'logstash-logback, a database that does not answer behind three exceptions',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:00.101Z","@version":"1","message":"Starting ShopApplication","logger_name":"c.e.ShopApplication","thread_name":"main","level":"INFO","level_value":20000}
{"@timestamp":"2026-11-22T15:00:01.101Z","@version":"1","message":"Application run failed","logger_name":"org.springframework.boot.SpringApplication","thread_name":"main","level":"ERROR","level_value":40000,"stack_trace":"org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'flyway'\n\tat org.springframework.beans.factory.support.ConstructorResolver.instantiate(ConstructorResolver.java:657)\nCaused by: org.postgresql.util.PSQLException: Connection to db.shop.svc:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.\n\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:352)\n\t... 23 common frames omitted\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\t... 31 common frames omitted\n"}
`,
      id: ['connection-refused'],
      says: ['db.shop.svc:5432'],
    },
    {
      of: 'ECS with dotted fields, a class that is missing',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:01.101Z","log.level":"ERROR","message":"Application run failed","ecs.version":"1.2.0","service.name":"shop","event.dataset":"shop","process.thread.name":"main","log.logger":"org.springframework.boot.SpringApplication","error.type":"java.lang.IllegalStateException","error.message":"Failed to introspect Class [com.example.Shop]","error.stack_trace":"java.lang.IllegalStateException: Failed to introspect Class [com.example.Shop]\n\tat org.springframework.util.ReflectionUtils.getDeclaredMethods(ReflectionUtils.java:483)\nCaused by: java.lang.NoClassDefFoundError: com/example/pay/Gateway\n\tat java.base/java.lang.Class.getDeclaredMethods0(Native Method)\n"}`,
      says: ['NoClassDefFoundError: com/example/pay/Gateway'],
    },
    {
      of: 'ECS with nested fields',
      log: String.raw`{"@timestamp":"2026-11-22T15:00:00.000Z","log":{"level":"info","logger":"app"},"message":"boot","ecs":{"version":"8.10.0"}}
{"@timestamp":"2026-11-22T15:00:01.000Z","log":{"level":"error","logger":"app"},"message":"cannot boot","ecs":{"version":"8.10.0"},"error":{"type":"KeyError","message":"PAYMENT_URL","stack_trace":"Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    url = os.environ['PAYMENT_URL']\nKeyError: 'PAYMENT_URL'\n"}}`,
      says: ['PAYMENT_URL'],
    },
    {
      of: 'Serilog compact, an inner exception about a certificate',
      exitCode: 134,
      log: String.raw`{"@t":"2026-11-22T15:00:00.101Z","@mt":"Starting web host"}
{"@t":"2026-11-22T15:00:01.101Z","@mt":"Host terminated unexpectedly","@l":"Fatal","@x":"System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot\n   at System.Net.Security.SslStream.CompleteHandshake(SslAuthenticationOptions sslAuthenticationOptions)\n   --- End of inner exception stack trace ---\n   at System.Net.Http.ConnectHelper.EstablishSslConnectionAsync(SslClientAuthenticationOptions sslOptions)"}`,
      id: ['tls-failure'],
      says: ['UntrustedRoot'],
    },
    {
      of: 'Quarkus, whose port is taken',
      log: `{"timestamp":"2026-11-22T15:00:01.101Z","sequence":68,"loggerClassName":"org.jboss.logging.Logger","loggerName":"io.quarkus.runtime.Application","level":"ERROR","message":"Failed to start application","threadName":"main","threadId":1,"mdc":{},"ndc":"","hostName":"shop-1","processName":"quarkus-run.jar","processId":1,"exception":{"refId":1,"exceptionType":"java.lang.RuntimeException","message":"Failed to start quarkus","frames":[{"class":"io.quarkus.runner.ApplicationImpl","method":"doStart"}],"causedBy":{"exception":{"refId":2,"exceptionType":"java.net.BindException","message":"Address already in use: bind: 0.0.0.0:8080","frames":[]}}}}`,
      id: ['port-in-use'],
      says: ['8080'],
    },
    {
      of: 'GELF, a name that does not exist',
      log: String.raw`{"version":"1.1","host":"shop-1","short_message":"Starting","level":6,"timestamp":1795359600.1}
{"version":"1.1","host":"shop-1","short_message":"Startup failed","full_message":"Startup failed\nredis.clients.jedis.exceptions.JedisConnectionException: Failed to create socket.\n\tat redis.clients.jedis.DefaultJedisSocketFactory.createSocket(DefaultJedisSocketFactory.java:110)\nCaused by: java.net.UnknownHostException: redis-master\n\tat java.base/java.net.InetAddress$CachedAddresses.get(InetAddress.java:797)\n","level":3,"timestamp":1795359601.1,"_logger":"c.e.Shop"}
{"version":"1.1","host":"shop-1","short_message":"Closing the context","level":6,"timestamp":1795359601.2}`,
      id: ['dns-failure'],
      says: ['redis-master'],
    },
    {
      of: 'zap in production',
      log: String.raw`{"level":"info","ts":1795359600.1,"caller":"app/main.go:21","msg":"starting"}
{"level":"fatal","ts":1795359601.1,"caller":"app/main.go:42","msg":"failed to open store","error":"open /data/LOCK: resource temporarily unavailable","stacktrace":"main.main\n\t/src/app/main.go:42\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:271"}`,
      says: ['open /data/LOCK: resource temporarily unavailable'],
    },
    {
      of: 'bunyan with an error object',
      log: String.raw`{"name":"api","hostname":"api-1","pid":1,"level":30,"msg":"boot","time":"2026-11-22T15:00:00.101Z","v":0}
{"name":"api","hostname":"api-1","pid":1,"level":60,"err":{"message":"connect ECONNREFUSED 10.96.0.20:6379","name":"Error","stack":"Error: connect ECONNREFUSED 10.96.0.20:6379\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)","code":"ECONNREFUSED"},"msg":"cannot serve","time":"2026-11-22T15:00:01.101Z","v":0}`,
      id: ['connection-refused'],
      says: ['10.96.0.20:6379'],
    },
    {
      of: 'log4j2 with a thrown object',
      log: `{"instant":{"epochSecond":1795359601,"nanoOfSecond":1000000},"thread":"main","level":"FATAL","loggerName":"com.example.Main","message":"Unable to start","thrown":{"commonElementCount":0,"localizedMessage":"cannot open the index","message":"cannot open the index","name":"java.lang.IllegalStateException","cause":{"commonElementCount":11,"localizedMessage":"No space left on device","message":"No space left on device","name":"java.io.IOException"},"extendedStackTrace":[{"class":"com.example.Index","method":"open","file":"Index.java","line":31}]},"endOfBatch":false,"loggerFqcn":"org.apache.logging.log4j.spi.AbstractLogger"}`,
      id: ['disk-full'],
      says: ['No space left on device'],
    },
    {
      of: 'Elasticsearch 7, whose stack trace is an array of lines',
      log: `{"type": "server", "timestamp": "2026-11-22T15:00:01,101Z", "level": "ERROR", "component": "o.e.b.ElasticsearchUncaughtExceptionHandler", "cluster.name": "docker-cluster", "node.name": "es-0", "message": "uncaught exception in thread [main]", "stacktrace": ["org.elasticsearch.bootstrap.StartupException: ElasticsearchException[failed to bind service]; nested: AccessDeniedException[/usr/share/elasticsearch/data/nodes];", "at org.elasticsearch.bootstrap.Elasticsearch.init(Elasticsearch.java:174) ~[elasticsearch-7.17.9.jar:7.17.9]", "Caused by: org.elasticsearch.ElasticsearchException: failed to bind service", "at org.elasticsearch.node.Node.<init>(Node.java:1135) ~[elasticsearch-7.17.9.jar:7.17.9]", "Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes", "at sun.nio.fs.UnixException.translateToIOException(UnixException.java:90) ~[?:?]"] }
uncaught exception in thread [main]`,
      id: ['permission-denied'],
      says: ['/usr/share/elasticsearch/data/nodes'],
    },
    {
      of: 'mongod that cannot remove its socket',
      exitCode: 14,
      log: String.raw`{"t":{"$date":"2026-11-22T15:00:01.101+00:00"},"s":"I",  "c":"CONTROL",  "id":23403,   "ctx":"initandlisten","msg":"Build Info","attr":{"buildInfo":{"version":"6.0.5"}}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"E",  "c":"NETWORK",  "id":23024,   "ctx":"initandlisten","msg":"Failed to unlink socket file","attr":{"path":"/tmp/mongodb-27017.sock","error":"Operation not permitted"}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"F",  "c":"-",        "id":23091,   "ctx":"initandlisten","msg":"Fatal assertion","attr":{"msgid":40486,"file":"src/mongo/transport/transport_layer_asio.cpp","line":1126}}
{"t":{"$date":"2026-11-22T15:00:01.111+00:00"},"s":"F",  "c":"-",        "id":23092,   "ctx":"initandlisten","msg":"\n\n***aborting after fassert() failure\n\n"}`,
      id: ['permission-denied'],
      says: ['Failed to unlink socket file: Operation not permitted'],
    },
    {
      of: '.NET with its JSON console',
      exitCode: 139,
      log: String.raw`{"Timestamp":"2026-11-22T15:00:01.101Z","EventId":11,"LogLevel":"Error","Category":"Microsoft.Extensions.Hosting.Internal.Host","Message":"Hosting failed to start","Exception":"System.IO.IOException: Failed to bind to address http://[::]:80: address already in use.\n ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use\n ---> System.Net.Sockets.SocketException (98): Address already in use\n   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)\n   --- End of inner exception stack trace ---","State":{"Message":"Hosting failed to start"}}`,
      id: ['port-in-use', 'segfault'],
      says: ['in use'],
    },
    {
      of: 'winston, which writes exception: true',
      log: String.raw`{"date":"Sun Nov 22 2026 15:00:01 GMT+0000","error":{"code":"MODULE_NOT_FOUND"},"exception":true,"level":"error","message":"uncaughtException: Cannot find module './routes'\nRequire stack:\n- /app/server.js\nError: Cannot find module './routes'\nRequire stack:\n- /app/server.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)","os":{"loadavg":[0.1,0.2,0.3],"uptime":1000},"process":{"argv":["node","server.js"],"cwd":"/app","uid":1000},"stack":"Error: Cannot find module './routes'\nRequire stack:\n- /app/server.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)","trace":[]}`,
      says: ["Cannot find module './routes'"],
    },
    {
      of: "Rust's tracing in JSON",
      log: `{"timestamp":"2026-11-22T15:00:00.101Z","level":"INFO","fields":{"message":"starting"},"target":"relay"}
{"timestamp":"2026-11-22T15:00:01.101Z","level":"ERROR","fields":{"message":"cannot read config","error":"missing field 'upstream' at line 3 column 1"},"target":"relay"}`,
      says: ["missing field 'upstream'"],
    },
    {
      of: 'Kibana, whose level is a tag',
      log: `{"type":"log","@timestamp":"2026-11-22T15:00:01+00:00","tags":["info","savedobjects-service"],"pid":7,"message":"Waiting until all Elasticsearch nodes are compatible"}
{"type":"log","@timestamp":"2026-11-22T15:00:02+00:00","tags":["fatal","root"],"pid":7,"message":"Error: Unable to complete saved object migrations for the [.kibana_task_manager] index: the index is read only"}
{"type":"log","@timestamp":"2026-11-22T15:00:02+00:00","tags":["info","plugins-system","standard"],"pid":7,"message":"Stopping all plugins."}`,
      says: ['Unable to complete saved object migrations'],
    },
    {
      of: 'slog in JSON after many quiet lines, with a group',
      log: `{"time":"2026-11-22T15:00:01Z","level":"ERROR","msg":"server","err":"listen tcp 0.0.0.0:443: bind: permission denied"}\n${Array.from({ length: 12 }, (_, i) => `{"time":"2026-11-22T15:00:02Z","level":"INFO","msg":"stopping worker ${i}"}`).join('\n')}`,
      id: ['permission-denied'],
      says: ['bind: permission denied'],
    },
  ]);
});

// A process that starts a PostgreSQL, tells its process id, and waits to be killed.
// Arguments: "kept" and a data folder, or "throwaway".
using Microsoft.Extensions.Logging.Abstractions;
using Sarai.Postgres;

var pid = args[0] == "kept"
    ? (await PostgresServer.Start(args[1], NullLogger.Instance)).ProcessId
    : (await ThrowAwayPostgres.Start()).ProcessId;
Console.WriteLine(pid);
// It is killed from outside; that is what it is for.
await Task.Delay(Timeout.Infinite);

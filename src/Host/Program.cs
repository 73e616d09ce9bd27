using Sarai.Host;
using Sarai.Host.Replay;

if (args is ["--check", var address]) return await Health.Ask(address);
try
{
    if (ReplayCommand.IsMeant(args)) return await ReplayCommand.Run(args);
    var builder = WebApplication.CreateBuilder(args);
    ProductionChecks.Refuse(builder, managedDatabase: builder.Configuration.GetConnectionString("Sarai") is { Length: > 0 });
    await using var postgres = await PrivatePostgres.StartUnlessConfigured(builder);
    await using var app = await SaraiApp.Build(builder);
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // What had begun ends in order, so that the sentence below stands alone.
        await app.StopAsync();
        throw;
    }
    await Demo.AddOnce(app);
    Welcome.Print(app);
    await Welcome.GreetAdmin(app);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (StartupProblem problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{problem.Message} Another program uses this address: stop it, or choose another address with --urls http://localhost:5090.");
    return 1;
}

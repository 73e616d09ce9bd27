using Sarai.Host;

try
{
    await using var app = await SaraiApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (StartupProblem problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"The address is taken by another program: {problem.Message} Stop it, or choose another address with --urls http://localhost:5080.");
    return 1;
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sarai.Testing;

namespace Sarai.Postgres.Tests;

public sealed class LiveConnection : IAsyncLifetime
{
    private readonly WebApplication app = Build();

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        var app = builder.Build();
        app.MapHub<Announcements>("/live");
        return app;
    }

    public async ValueTask InitializeAsync() => await app.StartAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_client_gets_the_events_of_the_group_it_joined()
    {
        await using var client = await Connect();
        (await client.Call("Join", "venue:1"))!.GetValue<string>().ShouldBe("venue:1");
        await Announce("venue:2", "not for us");
        await Announce("venue:1", "slot taken");
        (await client.Next("announced"))[0]!.GetValue<string>().ShouldBe("slot taken");
    }

    [Fact]
    public async Task A_refused_call_throws_and_a_silent_hub_times_out()
    {
        await using var client = await Connect();
        await Should.ThrowAsync<InvalidOperationException>(() => client.Call("NoSuchMethod"));
        await Should.ThrowAsync<TimeoutException>(() => client.Next("announced", TimeSpan.FromMilliseconds(50)));
    }

    private Task<LiveClient> Connect() => LiveClient.Connect(new(new Uri(app.Urls.First()), "/live"));

    private Task Announce(string group, string text) =>
        app.Services.GetRequiredService<IHubContext<Announcements>>().Clients.Group(group).SendAsync("announced", text);

    private sealed class Announcements : Hub
    {
        public async Task<string> Join(string group)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, group);
            return group;
        }
    }
}

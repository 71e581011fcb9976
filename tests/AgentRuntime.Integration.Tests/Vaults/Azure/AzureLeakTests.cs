using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>No value, token or assertion in what the store says, throws, traces or has logged, however hostile vault and authority are.</summary>
public sealed class AzureLeakTests
{
    private const string Canary = "canary-77d1-Zq81xaaaaaaaaa-azure";
    private static readonly string Name = AzureVault.NameOf(AzureVault.Credential);

    [Fact]
    public async Task Says_nothing_of_value_token_or_assertion_on_any_path_of_error()
    {
        await using var vault = await AzureVault.StartAsync();
        using var sink = new Sink();
        var fake = vault.Fake;
        fake.Service.EchoesToken = true;
        fake.Entra.EchoesAssertion = true;
        var said = new List<string?>();
        var store = vault.Open();
        said.Add((await store.PutAsync(Canary)).ToString());
        said.Add((await store.GetAsync()).ToString());
        foreach (var (begin, end) in Troubles(vault))
        {
            begin();
            var read = Assert.IsType<SecretReadResult.Failed>(await store.GetAsync());
            said.Add($"{read}");
            said.Add((await store.PutAsync(Canary + "-never")).ToString());
            said.AddRange((await store.ExamineAsync("crm/read")).Select(finding => finding.ToString()));
            said.Add(await Record.ExceptionAsync(async () => await store.ListAsync([AzureVault.Credential], AzureVault.Step, CancellationToken.None)) is { } error ? error.ToString() : null);
            end();
        }

        said.Add(Assert.IsType<SecretReadResult.Failed>(await vault.Open(vault.Settings(vault.Workload(isKnown: false))).GetAsync()).ToString());
        var refused = await File.ReadAllTextAsync(Path.Combine(vault.Folder, "token.jwt"));
        said.Add(Assert.IsType<SecretReadResult.Failed>(await vault.Open(vault.Settings(vault.Certificate(isKnown: false))).GetAsync()).ToString());
        Assert.Contains(said, text => text is not null && text.Contains("AADSTS70021", StringComparison.Ordinal));

        // Everything that was secret on the way: the value, each access token, the assertion of the workload.
        (string Name, string Value)[] secrets = [("value", Canary), .. fake.Entra.Tokens.Select((token, i) => ($"token {i}", token.Split('.')[1]))];
        Assert.NotEmpty(fake.Entra.Tokens);
        Assert.Empty(new LeakDetector([("assertion", refused.Split('.')[2]), .. secrets]).Search(string.Join('\n', said)));

        // The event source of the identity library cannot be turned off. Who listens to it hears what the authority says, which is why an assertion
        // that a hostile authority gives back is not looked for here; it knew it already.
        Assert.NotEmpty(sink.Text);
        Assert.Empty(new LeakDetector(secrets).Search(sink.Text));
    }

    [Fact]
    public async Task Would_notice_a_token_in_a_message()
    {
        await using var vault = await AzureVault.StartAsync();
        await vault.Open().FailureAsync(SecretFailureKind.Missing);
        var token = Assert.Single(vault.Fake.Entra.Tokens);
        Assert.NotEmpty(new LeakDetector(("token", token.Split('.')[1])).Search($"refused: {token}"));
    }

    [Fact]
    public async Task Zeroes_the_value_of_an_answer_that_it_refuses()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, Canary, expires: DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain(Canary, (await vault.Open().FailureAsync(SecretFailureKind.Invalid)).ToString());
    }

    private static IEnumerable<(Action Begin, Action End)> Troubles(AzureVault vault)
    {
        var service = vault.Fake.Service;
        yield return (() => service.IsUnavailable = true, () => service.IsUnavailable = false);
        yield return (() => service.Throttle = TimeSpan.FromHours(1), () => service.Throttle = null);
        yield return (() => service.IsFirewalled = true, () => service.IsFirewalled = false);
        yield return (() => service.Allowed.Clear(), () => service.Allowed.UnionWith(["get", "list", "set", "delete"]));
        yield return (() => service.Instead = (400, $"{{\"error\":{{\"code\":\"{Canary}\",\"message\":\"{Canary}\"}}}}"), () => service.Instead = null);
        yield return (() => service.Instead = (200, $"{{\"value\":\"{Canary}\",\"id\":\"{Canary}\"}}"), () => service.Instead = null);
        yield return (() => service.Instead = (200, $"{{\"value\":\"{Canary}"), () => service.Instead = null);
        yield return (() => service.Instead = (500, Canary), () => service.Instead = null);
        yield return (() => vault.Fake.Entra.RevokeTokens(), () => { });
    }

    /// <summary>Hears every event and activity of the libraries, at the most talkative level.</summary>
    private sealed class Sink : EventListener
    {
        private readonly ConcurrentQueue<string> _heard = new();
        private readonly ActivityListener _activities;

        public Sink()
        {
            _activities = new ActivityListener
            {
                ShouldListenTo = static source => source.Name.StartsWith("Azure", StringComparison.Ordinal),
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => _heard.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}"),
            };
            ActivitySource.AddActivityListener(_activities);
        }

        public string Text => string.Join('\n', _heard ?? []);

        public override void Dispose()
        {
            _activities.Dispose();
            base.Dispose();
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("Azure", StringComparison.Ordinal) || eventSource.Name.StartsWith("Microsoft-Identity", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.LogAlways, EventKeywords.All);
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            _heard?.Enqueue($"{eventData.EventSource.Name} {eventData.EventName} {string.Join(' ', eventData.Payload ?? new System.Collections.ObjectModel.ReadOnlyCollection<object?>([]))}");
    }
}

using System.Text;
using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.TestKit.Storage;
using AgentRuntime.Workflows;

namespace AgentRuntime.TestKit.Engine;

/// <summary>An engine over fakes, with the real parser, broker and scrubber: two servers, <c>crm</c> (read, write) and <c>mail</c> (send), all granted to workflow <c>test</c>.</summary>
public sealed class EngineHarness
{
    public EngineHarness()
    {
        Secrets = new InMemorySecretStore(Time);
        Secrets.Put("crm/read", CrmReadKey);
        Secrets.Put("crm/write", CrmWriteKey);
        Secrets.Put("mail/send", MailKey);
        Store = Secrets;
        Grants = new GrantSet([Grant("crm", "read", "write"), Grant("mail", "send")]);
    }

    public string CrmReadKey { get; } = "canary-" + Guid.NewGuid().ToString("N");

    public string CrmWriteKey { get; } = "canary-" + Guid.NewGuid().ToString("N");

    public string MailKey { get; } = "canary-" + Guid.NewGuid().ToString("N");

    public JumpingTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public InMemoryJournal Journal { get; } = new();

    public InMemorySecretStore Secrets { get; }

    /// <summary>The store that the broker reads; <see cref="Secrets"/> unless a test puts something before it.</summary>
    public ISecretStore Store { get; set; }

    public FakeToolCaller Tools { get; } = new();

    public Scrubber Scrubber { get; } = new(new ScrubberOptions());

    public GrantSet Grants { get; set; }

    public RunEngineOptions Options { get; set; } = new() { Jitter = () => 1, DefaultStepTimeout = Timeout.InfiniteTimeSpan };

    public IReadOnlyDictionary<ServerName, ServerManifest> Servers { get; } = new[]
    {
        Server("crm", ("find", "read", true), ("list", "read", null), ("update", "write", null), ("ping", null, true)),
        Server("mail", ("send", "send", null)),
    }.ToDictionary(server => server.Name);

    public CredentialBroker Broker => new(Grants, Journal, Store, Scrubber, Scrubber, new IdGenerator(Time), Time);

    public RunEngine Engine => new(Servers, Broker, Tools, Journal, Scrubber, new IdGenerator(Time), Time, Options);

    /// <summary>Parses a definition that must be valid; <c>name</c> is added.</summary>
    public WorkflowDefinition Parse(string steps, string more = "")
    {
        var json = $$"""{"name":"test",{{more}}"steps":{{steps}}}""";
        var parsed = WorkflowParser.Parse("test.json", Encoding.UTF8.GetBytes(json), Servers);
        Assert.True(parsed.IsValid, string.Join("\n", parsed.Problems));
        return parsed.Value;
    }

    /// <summary>Runs steps to their end; the clock jumps to whatever they wait for.</summary>
    public async Task<RunOutcome> RunAsync(string steps, string more = "", string input = "{}", IRunObserver? observer = null, CancellationToken cancellationToken = default)
    {
        var request = new RunRequest { Workflow = Parse(steps, more), Input = new UntrustedJson(JsonElement.Parse(input)), Principal = "user:test" };
        return await Engine.RunAsync(request, observer, cancellationToken).WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);
    }

    private static Grant Grant(string server, params string[] scopes) =>
        new(new WorkflowName("test"), new ServerName(server), scopes.Select(scope => new ScopeName(scope)).ToHashSet(), Budget: null);

    private static ServerManifest Server(string name, params (string Tool, string? Scope, bool? Idempotent)[] tools)
    {
        var bearer = new CredentialSpec(CredentialType.Bearer, [new CredentialAttachment(AttachmentPlace.Header, "Authorization", "Bearer {value}")], Shared: null);
        return new ServerManifest(
            new ServerName(name),
            new ServerTransport.Http(new Uri($"http://127.0.0.1:1/{name}")),
            tools.Where(tool => tool.Scope is not null).Select(tool => new ScopeName(tool.Scope!)).Distinct().ToDictionary(scope => scope, _ => bearer),
            tools.ToDictionary(tool => new ToolName(tool.Tool), tool => new ToolSpec(tool.Scope is null ? null : new ScopeName(tool.Scope), tool.Idempotent)));
    }
}

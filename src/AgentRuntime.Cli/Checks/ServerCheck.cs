using AgentRuntime.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;

namespace AgentRuntime.Cli.Checks;

/// <summary>Connects to a server with each of its credentials and compares its tools with the manifest. Every use is in the audit log, as the workflow <c>servers-check</c>.</summary>
internal sealed class ServerCheck(WorkspaceHost workspace, ProcessHost process)
{
    private static readonly WorkflowName CheckName = new("servers-check");
    private static readonly ToolName Listing = new("tools-list");
    private static readonly string NoDefinition = new('0', 64);

    /// <summary>Checks a server at each scope that its tools use, or once without a credential when none does.</summary>
    public async Task<IReadOnlyList<ServerFinding>> CheckAsync(ServerManifest server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var scopes = server.Tools.Values.Select(tool => tool.Scope).OfType<ScopeName>().Distinct().OrderBy(scope => scope.Value, StringComparer.Ordinal).ToList();
        var findings = new List<ServerFinding>();
        foreach (var scope in scopes)
        {
            findings.Add(await WithinAsync(server, scope, timeout, cancellationToken));
        }

        return findings.Count > 0 ? findings : [await WithinAsync(server, scope: null, timeout, cancellationToken)];
    }

    private async Task<ServerFinding> WithinAsync(ServerManifest server, ScopeName? scope, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, process.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return scope is { } needed ? await WithCredentialAsync(server, needed, either.Token) : Compare(server, null, null, await workspace.Tools.ListToolsAsync(server, lease: null, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerFinding(server.Name.Value, scope?.Value, null, null, $"No answer within {timeout.TotalSeconds:0} s.", ExitCode.Unavailable);
        }
    }

    private async Task<ServerFinding> WithCredentialAsync(ServerManifest server, ScopeName scope, CancellationToken cancellationToken)
    {
        // The grant holds for this check and this scope only; a workflow gains nothing by it.
        var grants = new GrantSet([new Grant(CheckName, server.Name, new HashSet<ScopeName> { scope }, Budget: null)]);
        var broker = await workspace.BrokerAsync(grants, cancellationToken);
        var request = RequestFor(server, scope);
        try
        {
            return await WithLeaseAsync(server, scope, await broker.LeaseAsync(request, cancellationToken), cancellationToken);
        }
        finally
        {
            await broker.EndRunAsync(request.Run);
        }
    }

    private async Task<ServerFinding> WithLeaseAsync(ServerManifest server, ScopeName scope, LeaseResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case LeaseResult.Granted { Lease: var lease }:
                await using (lease)
                {
                    var listing = await workspace.Tools.ListToolsAsync(server, lease, cancellationToken);
                    var finding = Compare(server, scope, lease.Reference.ToString(), listing);
                    await lease.SettleAsync(OutcomeOf(listing));
                    return finding;
                }

            case LeaseResult.NotRead { Use: var use, Kind: var kind, Message: var message }:
                await using (use)
                {
                    await use.SettleAsync(new LeaseOutcome(AuditResult.Failed, message));
                }

                return new ServerFinding(server.Name.Value, scope.Value, server.CredentialFor(scope).ToString(), null, message.Text, StoreFailure.ExitOfUse(kind)) { NotRead = true };
            default:
                return new ServerFinding(server.Name.Value, scope.Value, server.CredentialFor(scope).ToString(), null, "The use was denied.", ExitCode.Denied);
        }
    }

    private LeaseRequest RequestFor(ServerManifest server, ScopeName scope) => new()
    {
        Principal = process.Principal,
        Workflow = CheckName,
        WorkflowSha256 = NoDefinition,
        Run = process.Ids.NewRunId(),
        Step = new StepPath("check"),
        Attempt = 1,
        Server = server with { Tools = new Dictionary<ToolName, ToolSpec> { [Listing] = new(scope, Idempotent: true) } },
        Tool = Listing,
    };

    private ServerFinding Compare(ServerManifest server, ScopeName? scope, string? credential, ToolListing listing)
    {
        if (listing.Failure is { } failure)
        {
            var said = listing.Message is { } message ? process.Scrubber.Scrub(message).Text : string.Empty;
            return new ServerFinding(server.Name.Value, scope?.Value, credential, null, $"{WordFor(failure)} {said}".Trim(), failure == ToolFailureKind.CredentialRejected ? ExitCode.Failed : ExitCode.Unavailable);
        }

        var offered = listing.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        var listed = server.Tools.Keys.Select(tool => tool.Value).ToHashSet(StringComparer.Ordinal);
        return new ServerFinding(server.Name.Value, scope?.Value, credential, listing.ProtocolVersion, Failure: null, ExitCode.Success)
        {
            Missing = [.. server.Tools.Where(tool => tool.Value.Scope == scope && !offered.Contains(tool.Key.Value)).Select(tool => tool.Key.Value).Order(StringComparer.Ordinal)],
            New = [.. offered.Except(listed, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            SafeToRepeat = [.. listing.Tools.Where(tool => SaysSafeToRepeat(tool) && IsSilent(server, scope, tool.Name)).Select(tool => tool.Name).Order(StringComparer.Ordinal)],
            Changed = ToolMemory.Exchange(WorkspaceFolder.State(workspace.Workspace.Root), server.Name.Value, listing.Tools),
        };
    }

    private static bool SaysSafeToRepeat(ListedTool tool) => tool.ReadOnlyHint == true || tool.IdempotentHint == true;

    private static bool IsSilent(ServerManifest server, ScopeName? scope, string tool) =>
        Name.IsValid(tool) && server.Tools.TryGetValue(new ToolName(tool), out var spec) && spec.Scope == scope && spec.Idempotent is null;

    private static LeaseOutcome OutcomeOf(ToolListing listing) => listing.Failure switch
    {
        null => new LeaseOutcome(AuditResult.Succeeded),
        ToolFailureKind.CredentialRejected => new LeaseOutcome(AuditResult.CredentialRejected),
        _ => new LeaseOutcome(AuditResult.Failed),
    };

    private static string WordFor(ToolFailureKind kind) => kind switch
    {
        ToolFailureKind.CredentialRejected => "The server refused the credential.",
        ToolFailureKind.Unavailable => "The server cannot be started or reached.",
        ToolFailureKind.RateLimited => "The server asks to come back later.",
        ToolFailureKind.ConnectionLost => "The connection was lost.",
        _ => "The server broke the protocol.",
    };
}

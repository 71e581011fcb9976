using AgentRuntime.Names;

namespace AgentRuntime.Credentials;

/// <summary>A standing permission: this workflow may use this server at these scopes.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Server">The server.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="Budget">A limit on uses of each of these scopes, or <c>null</c>.</param>
public sealed record Grant(WorkflowName Workflow, ServerName Server, IReadOnlySet<ScopeName> Scopes, Budget? Budget);

/// <summary>A limit on uses of one credential by one workflow.</summary>
/// <param name="UsesPerRun">At most so many in one run; at least 1.</param>
/// <param name="UsesPerHour">At most so many in any 60 minutes, over all runs; at least 1.</param>
public sealed record Budget(int? UsesPerRun, int? UsesPerHour);

/// <summary>All grants. Deny by default.</summary>
/// <param name="Grants">The grants of <c>grants.json</c>.</param>
public sealed record GrantSet(IReadOnlyList<Grant> Grants)
{
    /// <summary>The grant that allows this use, or <c>null</c>. Two grants for the same scope do not add up: a checked file has at most one.</summary>
    public Grant? Find(WorkflowName workflow, ServerName server, ScopeName scope) =>
        Grants.FirstOrDefault(grant => grant.Workflow == workflow && grant.Server == server && grant.Scopes.Contains(scope));
}

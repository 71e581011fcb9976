namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>One thing that the vault must hold, and how it compares with what is there. Safe to print.</summary>
/// <param name="Name">What it is, such as <c>policy agentruntime-crm.read</c>.</param>
/// <param name="Status">How it compares.</param>
/// <param name="Lines">Its content, or the differences with <c>+</c> and <c>-</c> before them.</param>
public sealed record VaultPlanItem(string Name, VaultPlanStatus Status, IReadOnlyList<string> Lines);

/// <summary>How something in the vault compares with what is wanted.</summary>
public enum VaultPlanStatus
{
    /// <summary>Wanted; the vault was not asked.</summary>
    Wanted,

    /// <summary>There, exactly as wanted.</summary>
    Same,

    /// <summary>Not there; it will be made.</summary>
    Missing,

    /// <summary>There, and not as wanted; it will be changed.</summary>
    Different,

    /// <summary>Made or changed, and read back as wanted.</summary>
    Written,

    /// <summary>Only the operator can do it.</summary>
    ByHand,
}

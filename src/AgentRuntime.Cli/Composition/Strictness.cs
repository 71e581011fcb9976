namespace AgentRuntime.Cli.Composition;

/// <summary>How much of a workspace must be without problems before a command works.</summary>
internal enum Strictness
{
    /// <summary>The settings only: a broken workflow must not stand in the way of an audit or of disabling a credential.</summary>
    SettingsOnly,

    /// <summary>Every file.</summary>
    Everything,
}

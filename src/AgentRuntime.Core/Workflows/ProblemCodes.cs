namespace AgentRuntime.Workflows;

/// <summary>Every code of a <see cref="Problem"/>. Stable: programs depend on them, and <c>docs/diagnostics.md</c> explains each one.</summary>
public static partial class ProblemCodes
{
    /// <summary>The text is not JSON of the file's dialect.</summary>
    public const string Syntax = "syntax";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>A string escape gives half a surrogate pair.</summary>
    public const string InvalidString = "invalid_string";

    /// <summary>An object has the same member twice.</summary>
    public const string DuplicateKey = "duplicate_key";

    /// <summary>The document is larger than is accepted.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The document is nested deeper than is accepted.</summary>
    public const string TooDeep = "too_deep";

    /// <summary>A member that the format does not know.</summary>
    public const string UnknownMember = "unknown_member";

    /// <summary>A member that the format needs.</summary>
    public const string MissingMember = "missing_member";

    /// <summary>A value of another JSON type than the format says.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A number, a length or a count outside its limits.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A word that is not one of the allowed words.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>A name that breaks the rule of names.</summary>
    public const string BadName = "bad_name";

    /// <summary>A value that is planned and refused until it exists.</summary>
    public const string NotAvailableYet = "not_available_yet";

    /// <summary>A text with the shape of a credential.</summary>
    public const string CredentialLiteral = "credential_literal";

    /// <summary>A reference to an environment variable.</summary>
    public const string EnvironmentReference = "environment_reference";

    /// <summary>A reference to a place in a secrets manager.</summary>
    public const string SecretReference = "secret_reference";

    /// <summary>A URL with a user name, a password or a token in it.</summary>
    public const string UrlCredential = "url_credential";

    /// <summary>An argument whose name says that it is a credential.</summary>
    public const string CredentialArgument = "credential_argument";

    /// <summary>The value of a stored credential; there is no exception from this one.</summary>
    public const string KnownCredential = "known_credential";

    /// <summary>A clean exception that matches no finding.</summary>
    public const string UnusedException = "unused_exception";

    /// <summary>A file that cannot be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The workspace lacks a file that it needs.</summary>
    public const string MissingFile = "missing_file";

    /// <summary>A path that leaves the workspace.</summary>
    public const string BadPath = "bad_path";

    /// <summary>A URL that is not acceptable where it stands.</summary>
    public const string BadUrl = "bad_url";

    /// <summary>Plain http to somewhere else than loopback.</summary>
    public const string InsecureUrl = "insecure_url";

    /// <summary>A program that is not acceptable.</summary>
    public const string BadCommand = "bad_command";

    /// <summary>An environment variable that must not be set for a server.</summary>
    public const string ForbiddenVariable = "forbidden_variable";

    /// <summary>An HTTP header that a credential cannot use.</summary>
    public const string BadHeader = "bad_header";

    /// <summary>A template that is not well-formed, or uses a field that is not there.</summary>
    public const string BadPlaceholder = "bad_placeholder";

    /// <summary>A credential without a place, or with several.</summary>
    public const string AttachmentCount = "attachment_count";

    /// <summary>A place of attachment that the transport does not have.</summary>
    public const string WrongTransport = "wrong_transport";

    /// <summary>A warning: a credential that other processes of the machine can see.</summary>
    public const string ExposedArgument = "exposed_argument";

    /// <summary>A warning: a credential that ends up in the logs of servers and proxies.</summary>
    public const string ExposedQuery = "exposed_query";

    /// <summary>A scope that the server does not have.</summary>
    public const string UnknownScope = "unknown_scope";

    /// <summary>A workflow without a definition.</summary>
    public const string UnknownWorkflow = "unknown_workflow";

    /// <summary>Two grants for the same workflow, server and scope.</summary>
    public const string DuplicateGrant = "duplicate_grant";
}

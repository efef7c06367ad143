function r(s,e={},...t){let o=document.createElement(s);for(let[i,n]of Object.entries(e))n!==!1&&o.setAttribute(i,n===!0?"":n);return o.append(...t),o}function g(s,e){s.textContent!==e&&(s.textContent=e)}function p(s,e){s.hidden!==e&&(s.hidden=e)}function me(s,e){let t=new Set(e);for(let o of[...s.childNodes])t.has(o)||o.remove();e.forEach((o,i)=>{s.childNodes[i]!==o&&s.insertBefore(o,s.childNodes[i]??null)})}var N=class{#t;#s;constructor(e,t){this.#t=e,this.#s=t}async#e(e,t){try{return await this.#t.call(e,t)}catch(o){throw this.#s(o),o}}async#o(e,t,o){return(await this.#e(e,o))[t]}async*#i(e,t,o){try{let i=this.#t.subscribe(e,t,o);for await(let{event:n}of i)yield n}catch(i){throw this.#s(i),i}}login=(e,t)=>this.#t.call("Login",{username:e,password:t}).then(({session:o})=>o);register=(e,t,o)=>this.#t.call("Register",{username:e,email:t,password:o});logout=()=>this.#t.call("Logout");providers=()=>this.#o("Providers","providers");createProvider=e=>this.#o("CreateProvider","provider",e);updateProvider=(e,t)=>this.#o("UpdateProvider","provider",{provider_id:e,...t});deleteProvider=e=>this.#e("DeleteProvider",{provider_id:e});testProvider=e=>this.#o("TestProvider","test",{provider_id:e});agents=()=>this.#o("Agents","agents");conversations=e=>this.#o("Conversations","page",{page:e,page_size:20});conversation=e=>this.#o("Conversation","conversation",{id:e});createConversation=e=>this.#o("CreateConversation","conversation",e);updateConversation=(e,t)=>this.#o("UpdateConversation","conversation",{id:e,...t});deleteConversation=e=>this.#e("DeleteConversation",{id:e});messages=async(e,t)=>{let o={conversation_id:e,limit:200,before:t};return(await this.#o("ConversationMessages","conversation",o)).messages};beginReply=(e,t,o)=>this.#o("BeginReply","exchange",{conversation_id:e,content:t,idempotency_key:o});watchReply=(e,t,o)=>this.#i("WatchReply",{message_id:e,after:t},o);cancelMessage=e=>this.#e("CancelMessage",{message_id:e});deleteMessage=e=>this.#e("DeleteMessage",{message_id:e});rooms=e=>this.#o("Rooms","page",{page:e,page_size:20});room=e=>this.#o("Room","room",{room_id:e});createRoom=e=>this.#o("CreateRoom","room",e);updateRoom=(e,t)=>this.#o("UpdateRoom","room",{room_id:e,...t});deleteRoom=e=>this.#e("DeleteRoom",{room_id:e});startRoom=(e,t)=>this.#e("StartRoom",{room_id:e,idempotency_key:t});stopRoom=e=>this.#e("StopRoom",{room_id:e});resetRoom=e=>this.#o("ResetRoom","room",{room_id:e});roomMessages=async e=>{let t=[];for(;;){let o={room_id:e,limit:200,before:t[0]?.id},{messages:i}=await this.#o("RoomHistory","room",o);if(t.unshift(...i),i.length<200)return t}};watchRoom=(e,t,o)=>this.#i("FollowRoomDeltas",{room_id:e,after:t},o)};var w=class extends Error{code;field;constructor(e,t,o=null){super(e),this.code=t,this.field=o}},_=class extends Error{};function ce({message:s,extensions:e={}}){let{code:t="INTERNAL",field:o=null,retryAfter:i}=e;if(t==="UNAVAILABLE")return new _(s);let n=i?`${s}. Try again in ${Math.ceil(i)} s.`:s;return new w(n,t,o)}function y(s,...e){return s instanceof w&&e.includes(s.code)}function u(s){return s instanceof _?"The server cannot be reached at the moment.":s instanceof Error&&s.message?s.message:"Something went wrong."}var F=class{#t="";#s=!1;feed(e){let t=this.#s&&e.startsWith(`
`)?e.slice(1):e;e!==""&&(this.#s=e.endsWith("\r"));let o=(this.#t+t.replace(/\r\n?/g,`
`)).split(`

`);return this.#t=o.pop()??"",o.flatMap(Ge)}};function Ge(s){let e=s.split(`
`).map(n=>{let a=n.indexOf(":");return a<0?[n,""]:[n.slice(0,a),n.slice(a+1).replace(/^ /,"")]}),t=n=>e.flatMap(([a,d])=>a===n?[d]:[]),o=t("data"),i=t("event").at(-1)??"message";return o.length>0?[{name:i,data:o.join(`
`)}]:[]}var pe=`mutation Register($username: String!, $email: String!, $password: String!) {
  user: register(username: $username, email: $email, password: $password) {
    id
    username
  }
}

mutation Login($username: String!, $password: String!) {
  session: login(username: $username, password: $password) {
    access_token: accessToken
    token_type: tokenType
    user {
      ...Account
    }
  }
}

mutation Logout {
  logout
}

query Me {
  user: me {
    ...AccountDetails
  }
}

query Users {
  users {
    ...AccountDetails
  }
}

mutation UpdateUser(
  $user_id: Int!
  $permission_level: PermissionLevel
  $role: Role
  $is_active: Boolean
  $workspace_path: String
) {
  user: updateUser(
    id: $user_id
    input: {
      permissionLevel: $permission_level
      role: $role
      isActive: $is_active
      workspacePath: $workspace_path
    }
  ) {
    ...AccountDetails
  }
}
`;var ue=`query Agents {
  agents {
    ...AgentDetails
  }
}

query Agent($agent_id: Int!) {
  agent(id: $agent_id) {
    ...AgentDetails
  }
}

mutation CreateAgent(
  $name: String!
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: createAgent(
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...AgentDetails
  }
}

mutation UpdateAgent(
  $agent_id: Int!
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: updateAgent(
    id: $agent_id
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...AgentDetails
  }
}

mutation DeleteAgent($agent_id: Int!) {
  deleteAgent(id: $agent_id)
}
`;var he=`# What only the client package asks: as GraphQL names it, where that says more than REST shows.

mutation BeginReply(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    idempotencyKey: $idempotency_key
  ) {
    user_message: userMessage {
      ...MessageDetails
    }
    assistant_message: assistantMessage {
      ...MessageDetails
    }
  }
}

subscription WatchReply($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    type: __typename
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepOutline
      }
      delta
    }
    ... on MessageCompleted {
      cursor
      message_id: messageId
      token_count: tokenCount
      usage {
        ...CountedTokens
      }
    }
    ... on MessageFailed {
      cursor
      message_id: messageId
      content
      code
    }
  }
}

fragment CountedTokens on Usage {
  ...Tokens
  estimated
}

query ConversationMessages($conversation_id: ID!, $limit: Int, $before: ID) {
  conversation(id: $conversation_id) {
    messages(limit: $limit, before: $before) {
      ...MessageDetails
    }
  }
}

query RoomHistory($room_id: ID!, $limit: Int, $before: ID) {
  room(id: $room_id) {
    messages(limit: $limit, before: $before) {
      ...RoomMessageDetails
    }
  }
}
`;var ge=`query Conversations($project_id: String, $page: Int, $page_size: Int) {
  page: conversations(projectId: $project_id, page: $page, pageSize: $page_size) {
    items {
      ...ConversationDetails
    }
    total
    page
    page_size: pageSize
  }
}

query Conversation($id: ID!) {
  conversation(id: $id) {
    ...ConversationDetails
  }
}

mutation CreateConversation(
  $project_id: String
  $title: String
  $model: String
  $provider_id: Int
  $system_prompt: String
  $temperature: Float
  $max_tokens: Int
  $thinking_enabled: Boolean
) {
  conversation: createConversation(
    input: {
      projectId: $project_id
      title: $title
      model: $model
      providerId: $provider_id
      systemPrompt: $system_prompt
      temperature: $temperature
      maxTokens: $max_tokens
      thinkingEnabled: $thinking_enabled
    }
  ) {
    ...ConversationDetails
  }
}

mutation UpdateConversation(
  $id: ID!
  $title: String
  $model: String
  $provider_id: Int
  $system_prompt: String
  $temperature: Float
  $max_tokens: Int
  $thinking_enabled: Boolean
) {
  conversation: updateConversation(
    id: $id
    input: {
      title: $title
      model: $model
      providerId: $provider_id
      systemPrompt: $system_prompt
      temperature: $temperature
      maxTokens: $max_tokens
      thinkingEnabled: $thinking_enabled
    }
  ) {
    ...ConversationDetails
  }
}

mutation DeleteConversation($id: ID!) {
  deleteConversation(id: $id)
}
`;var fe=`# What REST shows of each type. An alias is the documented field name.

fragment Account on User {
  id
  username
  email
  role
  permission_level: permissionLevel
  workspace_path: workspacePath
  is_active: isActive
}

fragment AccountDetails on User {
  ...Account
  created_at: createdAt
}

fragment ProviderDetails on Provider {
  id
  user_id: userId
  name
  provider_type: providerType
  base_url: baseUrl
  default_model: defaultModel
  max_tokens: maxTokens
  is_default: isDefault
  enabled
  created_at: createdAt
  updated_at: updatedAt
}

fragment ConversationDetails on Conversation {
  id
  user_id: userId
  project_id: projectId
  provider_id: providerId
  title
  model
  system_prompt: systemPrompt
  temperature
  max_tokens: maxTokens
  thinking_enabled: thinkingEnabled
  created_at: createdAt
  updated_at: updatedAt
}

fragment Tokens on Usage {
  prompt_tokens: promptTokens
  completion_tokens: completionTokens
  total_tokens: totalTokens
}

fragment StepDetails on Step {
  id
  index
  type
  ... on ThinkingStep {
    content
  }
  ... on TextStep {
    content
  }
  ... on ToolCallStep {
    id_ref: callId
    name
    arguments
  }
  ... on ToolResultStep {
    id_ref: callId
    name
    content
    success
  }
}

# Without the text that \`delta\` brings piece by piece.
fragment StepOutline on Step {
  id
  index
  type
  ... on ToolCallStep {
    id_ref: callId
    name
    arguments
  }
  ... on ToolResultStep {
    id_ref: callId
    name
    content
    success
  }
}

fragment MessageDetails on Message {
  id
  conversation_id: conversationId
  role
  content
  text
  attachments
  process_steps: processSteps {
    ...StepDetails
  }
  token_count: tokenCount
  usage {
    ...Tokens
  }
  status
  error
  created_at: createdAt
}

fragment ToolDetails on Tool {
  name
  description
  category
  parameters
}

fragment AgentDetails on Agent {
  id
  user_id: userId
  name
  role
  provider_id: providerId
  model
  system_prompt: systemPrompt
  color
  enabled_tools: enabledTools
  created_at: createdAt
  updated_at: updatedAt
}

fragment RoomAgentDetails on RoomAgent {
  id
  room_id: roomId
  agent_id: agentId
  name
  role
  provider_id: providerId
  model
  system_prompt: systemPrompt
  color
  enabled_tools: enabledTools
  turn_order: turnOrder
}

fragment RoomSummary on Room {
  id
  user_id: userId
  title
  task
  status
  max_rounds: maxRounds
  current_round: currentRound
  agents {
    ...RoomAgentDetails
  }
  created_at: createdAt
  updated_at: updatedAt
}

fragment RoomDetails on Room {
  ...RoomSummary
  message_count: messageCount
}

fragment RoomMessageDetails on Message {
  id
  room_id: roomId
  role
  content
  text
  process_steps: processSteps {
    ...StepDetails
  }
  sender_name: senderName
  sender_color: senderColor
  round_number: roundNumber
  token_count: tokenCount
  usage {
    ...Tokens
  }
  status
  error
  created_at: createdAt
}

# What an event can carry: nothing that has to be looked up.
fragment RoomMessageEvent on Message {
  id
  conversation_id: conversationId
  room_id: roomId
  role
  content
  text
  sender_name: senderName
  sender_color: senderColor
  round_number: roundNumber
  token_count: tokenCount
  status
  error
}
`;var ve=`query Messages($conversation_id: ID!, $limit: Int, $before: ID) {
  conversation(id: $conversation_id) {
    messages(limit: $limit, before: $before) {
      ...MessageDetails
    }
    title
    first_message: firstMessage
  }
}

query Message($message_id: ID!) {
  message(id: $message_id) {
    ...MessageDetails
  }
}

# Answers when the reply has ended.
mutation SendMessage(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    wait: true
    idempotencyKey: $idempotency_key
  ) {
    user_message: userMessage {
      ...MessageDetails
    }
    assistant_message: assistantMessage {
      ...MessageDetails
    }
  }
}

# Answers at once: FollowReply tells the rest.
mutation StartReply(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    wait: false
    idempotencyKey: $idempotency_key
  ) {
    assistant_message: assistantMessage {
      id
    }
  }
}

subscription FollowReply($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    ... on StepUpdated {
      cursor
      step {
        ...StepDetails
      }
    }
    ...ReplyEnd
  }
}

# For \`?delta=true\`: what is new, in place of all the text so far.
subscription FollowReplyDeltas($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    ... on StepUpdated {
      cursor
      step {
        ...StepOutline
      }
      delta
    }
    ...ReplyEnd
  }
}

fragment ReplyEnd on MessageEvent {
  ... on MessageCompleted {
    cursor
    message_id: messageId
    token_count: tokenCount
    usage {
      ...Tokens
    }
  }
  ... on MessageFailed {
    cursor
    content
  }
}

mutation CancelMessage($message_id: ID!) {
  message: cancelMessage(id: $message_id) {
    ...MessageDetails
  }
}

mutation DeleteMessage($message_id: ID!) {
  deleteMessage(id: $message_id)
}
`;var ye=`query Providers {
  providers {
    ...ProviderDetails
  }
}

query Provider($provider_id: Int!) {
  provider(id: $provider_id) {
    ...ProviderDetails
  }
}

query ProviderModels($provider_id: Int!) {
  provider(id: $provider_id) {
    models
  }
}

mutation CreateProvider(
  $name: String!
  $provider_type: ProviderType!
  $base_url: String!
  $api_key: String!
  $default_model: String!
  $max_tokens: Int
  $is_default: Boolean
) {
  provider: createProvider(
    input: {
      name: $name
      providerType: $provider_type
      baseUrl: $base_url
      apiKey: $api_key
      defaultModel: $default_model
      maxTokens: $max_tokens
      isDefault: $is_default
    }
  ) {
    ...ProviderDetails
  }
}

mutation UpdateProvider(
  $provider_id: Int!
  $name: String
  $base_url: String
  $api_key: String
  $default_model: String
  $max_tokens: Int
  $is_default: Boolean
  $enabled: Boolean
) {
  provider: updateProvider(
    id: $provider_id
    input: {
      name: $name
      baseUrl: $base_url
      apiKey: $api_key
      defaultModel: $default_model
      maxTokens: $max_tokens
      isDefault: $is_default
      enabled: $enabled
    }
  ) {
    ...ProviderDetails
  }
}

mutation DeleteProvider($provider_id: Int!) {
  deleteProvider(id: $provider_id)
}

mutation TestProvider($provider_id: Int!) {
  test: testProvider(id: $provider_id) {
    status_code: statusCode
    success
    response_body: responseBody
    message
  }
}
`;var be=`# Answers at once: FollowRoom tells the rest.
mutation StartRoom($room_id: ID!, $idempotency_key: String) {
  room: startRoom(id: $room_id, idempotencyKey: $idempotency_key) {
    id
  }
}

subscription FollowRoom($room_id: ID!, $after: ID) {
  event: roomEvents(roomId: $room_id, after: $after) {
    type: __typename
    ... on MessageChunk {
      cursor
      id: messageId
      content: delta
      accumulated
    }
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepDetails
      }
    }
    ...RoomProgress
  }
}

# For \`?delta=true\`: what is new, in place of all the text so far.
subscription FollowRoomDeltas($room_id: ID!, $after: ID) {
  event: roomEvents(roomId: $room_id, after: $after) {
    type: __typename
    ... on MessageChunk {
      cursor
      id: messageId
      content: delta
    }
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepOutline
      }
      delta
    }
    ...RoomProgress
  }
}

fragment RoomProgress on RoomEvent {
  ... on RoomStarted {
    cursor
    room_id: roomId
    task
  }
  ... on RoundStarted {
    cursor
    round
    max_rounds: maxRounds
  }
  ... on MessageStarted {
    cursor
    id: messageId
    room_id: roomId
    role
    sender_name: senderName
    sender_color: senderColor
    round_number: roundNumber
  }
  ... on MessageEnded {
    cursor
    id: messageId
    content
    token_count: tokenCount
    status
  }
  ... on MessageStored {
    cursor
    message {
      ...RoomMessageEvent
    }
  }
  ... on RoundEnded {
    cursor
    round
  }
  ... on RoomCompleted {
    cursor
    room_id: roomId
    total_rounds: totalRounds
  }
  ... on RoomPaused {
    cursor
    room_id: roomId
    round
  }
  ... on AgentFailed {
    cursor
    agent
    error
  }
  ... on RoomFailed {
    cursor
    content
  }
}
`;var _e=`query Rooms($page: Int, $page_size: Int) {
  page: rooms(page: $page, pageSize: $page_size) {
    items {
      ...RoomSummary
    }
    total
    page
    page_size: pageSize
  }
}

query Room($room_id: ID!) {
  room(id: $room_id) {
    ...RoomDetails
  }
}

query RoomMessages($room_id: ID!, $limit: Int, $before: ID) {
  room(id: $room_id) {
    messages(limit: $limit, before: $before) {
      ...RoomMessageDetails
    }
    ...RoomDetails
  }
}

mutation CreateRoom(
  $title: String!
  $task: String!
  $max_rounds: Int
  $agents: [RoomAgentInput!]
) {
  room: createRoom(
    input: {
      title: $title
      task: $task
      maxRounds: $max_rounds
      agents: $agents
    }
  ) {
    ...RoomDetails
  }
}

mutation UpdateRoom(
  $room_id: ID!
  $title: String
  $task: String
  $max_rounds: Int
  $status: RoomStatus
) {
  room: updateRoom(
    id: $room_id
    input: {
      title: $title
      task: $task
      maxRounds: $max_rounds
      status: $status
    }
  ) {
    ...RoomDetails
  }
}

mutation DeleteRoom($room_id: ID!) {
  deleteRoom(id: $room_id)
}

mutation StopRoom($room_id: ID!) {
  room: stopRoom(id: $room_id) {
    ...RoomDetails
  }
}

mutation ResetRoom($room_id: ID!) {
  room: resetRoom(id: $room_id) {
    ...RoomDetails
  }
}

mutation AddRoomAgent(
  $room_id: ID!
  $agent_id: Int
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: addRoomAgent(
    roomId: $room_id
    input: {
      agentId: $agent_id
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...RoomAgentDetails
  }
}

# \`agent_id\` is that of the seat.
mutation UpdateRoomAgent(
  $room_id: ID!
  $agent_id: Int!
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
  $turn_order: Int
) {
  agent: updateRoomAgent(
    roomId: $room_id
    id: $agent_id
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
      turnOrder: $turn_order
    }
  ) {
    ...RoomAgentDetails
  }
}

mutation RemoveRoomAgent($room_id: ID!, $agent_id: Int!) {
  removeRoomAgent(roomId: $room_id, id: $agent_id)
}
`;var tt=/^(?:query|mutation|subscription|fragment)\s+(\w+)[^]*?^}/gm,ot=/\.\.\.(\w+)/g;function st(s){let e=new Map;for(let[t,o]of s.join(`
`).matchAll(tt))o&&e.set(o,t);return t=>we(e,t,new Map).join(`
`)}function we(s,e,t){let o=s.get(e);if(o===void 0)throw new Error(`There is no operation ${e}`);t.set(e,o);for(let[,i]of o.matchAll(ot))i&&!t.has(i)&&we(s,i,t);return[...t.values()]}var $e=st([pe,ue,he,ge,fe,ve,ye,be,_e]);var Se=45e3,it=6e4,H=class{#t;constructor(e){this.#t=e}async call(e,t={}){let o=await this.#s(e,t,{accept:"application/json",signal:AbortSignal.timeout(it)});return W(await Ee(o),o.status)}async*subscribe(e,t,o){let i=new X(o);try{let n={accept:"text/event-stream",signal:i.signal},a=await this.#s(e,t,n);a.headers.get("content-type")?.startsWith("text/event-stream")||W(await Ee(a),a.status);let d=new F;for await(let l of rt(a)){i.heard();for(let h of d.feed(l)){if(h.name==="complete")return;h.name==="next"&&(yield W(h.data,a.status))}}}finally{i.end()}}async#s(e,t,{accept:o,signal:i}){let n={accept:o,"content-type":"application/json"},a=this.#t();a&&(n.authorization=`Bearer ${a}`);let d=JSON.stringify({query:$e(e),variables:t});return J(fetch("/graphql",{method:"POST",headers:n,body:d,signal:i,cache:"no-store"}))}},X=class{#t=new AbortController;#s;#e=()=>this.#t.abort();#o;constructor(e){this.#s=e,this.#o=setTimeout(this.#e,Se),e.aborted&&this.#e(),e.addEventListener("abort",this.#e)}get signal(){return this.#t.signal}heard(){clearTimeout(this.#o),this.#o=setTimeout(this.#e,Se)}end(){clearTimeout(this.#o),this.#s.removeEventListener("abort",this.#e),this.#e()}};async function*rt(s){let e=s.body?.getReader();if(!e)throw new _("The answer has no body");let t=new TextDecoder;for(;;){let{value:o,done:i}=await J(e.read());if(i)return;yield t.decode(o,{stream:!0})}}async function J(s){try{return await s}catch(e){throw new _(e instanceof Error?e.message:String(e))}}function Ee(s){return J(s.text())}function W(s,e){let t=nt(s),[o]=t?.errors??[];if(o)throw ce(o);if(t?.data)return t.data;throw new _(`The server answered ${e}`)}function nt(s){try{return JSON.parse(s)}catch{return null}}var ke="http://www.w3.org/2000/svg",at={menu:"M4 7h16M4 12h16M4 17h16",close:"M6 6l12 12M18 6L6 18",plus:"M12 5v14M5 12h14",pencil:"M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",trash:"M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",reset:"M5 12a7 7 0 1 0 2-5M5 4v4h4",talk:"M5 5h14v11H11l-4 3v-3H5z",people:"M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M15 5a3 3 0 0 1 0 6M17 14c2 1 4 2 4 5",plug:"M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"};function R(s){let e=document.createElementNS(ke,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("aria-hidden","true"),e.classList.add("icon");let t=document.createElementNS(ke,"path");return t.setAttribute("d",at[s]),e.append(t),e}var dt=0;function k(){return`id-${++dt}`}function m(s,e,t=""){e.id=k();let o=r("label",{for:e.id},s);if(t==="")return r("div",{class:"field"},o,e);let i=r("p",{class:"hint",id:k()},t);return e.setAttribute("aria-describedby",i.id),r("div",{class:"field"},o,e,i)}function A(s,e,t=!1){let o=r("input",{type:"checkbox",name:e,id:k(),checked:t});return r("div",{class:"check"},o,r("label",{for:o.id},s))}function S(s,e,t){let o=r("button",{type:"button",class:"icon-button",title:e,"aria-label":e});return o.append(R(s)),o.addEventListener("click",t),o}function c(s,e,t=""){let o=r("button",{type:"button",class:t},s);return o.addEventListener("click",e),o}function $({label:s,submit:e,fields:t,act:o,more:i=[]}){let n=r("p",{class:"error",role:"alert",hidden:!0}),a=r("button",{type:"submit",class:"primary"},e),d=r("div",{class:"buttons"},a,...i),l=r("form",{"aria-label":s},...t,n,d);return l.addEventListener("submit",h=>{h.preventDefault(),lt(l,a,n,o)}),l.addEventListener("input",h=>{h.target instanceof Element&&h.target.removeAttribute("aria-invalid")}),l}async function lt(s,e,t,o){if(!e.disabled){e.disabled=!0,p(t,!0);try{await o(new FormData(s))}catch(i){g(t,u(i)),p(t,!1),i instanceof w&&mt(s,i.field)}finally{e.disabled=!1}}}function mt(s,e){let t=e?.replace(/[A-Z]/g,i=>`_${i.toLowerCase()}`)??"",o=s.elements.namedItem(t);o instanceof HTMLElement&&(o.setAttribute("aria-invalid","true"),o.focus())}function b(s,e){let t=s.get(e);return typeof t=="string"&&t.trim()!==""?t.trim():void 0}var Q="luxx-token",Y="luxx-name",f={get token(){return sessionStorage.getItem(Q)},get name(){return sessionStorage.getItem(Y)??""},begin(s,e){sessionStorage.setItem(Q,s),sessionStorage.setItem(Y,e)},end(){sessionStorage.removeItem(Q),sessionStorage.removeItem(Y)}};var U=class{el;#t;#s;#e=r("div",{class:"login-body"});#o;constructor(e,t,o){this.#t=e,this.#s=o,this.#o=r("p",{class:"note",role:"status",hidden:t===""},t);let i=r("h1",{},"Luxx"),n=r("div",{class:"login-head"},i,r("p",{},"Conversations that stay with you."));this.el=r("main",{class:"login",id:"main"},n,this.#o,this.#e),this.#i()}focus(){this.el.querySelector("input")?.focus()}#i(){let e=$({label:"Log in",submit:"Log in",fields:[this.#d(),this.#m("current-password")],act:t=>this.#a(t),more:[c("Create an account",()=>this.#r(()=>this.#n()),"quiet")]});this.#e.replaceChildren(r("h2",{class:"sr-only"},"Log in"),e)}#n(){let e=r("input",{type:"email",name:"email",autocomplete:"email",required:!0}),t=$({label:"Create an account",submit:"Create account",fields:[this.#d(),m("E-mail",e),this.#m("new-password")],act:o=>this.#c(o),more:[c("Log in instead",()=>this.#r(()=>this.#i()),"quiet")]});this.#e.replaceChildren(r("h2",{},"Create an account"),t)}#r(e){this.#o.hidden=!0,e(),this.focus()}#d(){let e=r("input",{name:"username",autocomplete:"username",autocapitalize:"none",spellcheck:"false",required:!0,value:f.name});return m("Username",e)}#m(e){return m("Password",r("input",{type:"password",name:"password",autocomplete:e,required:!0}))}async#a(e){let{access_token:t,user:o}=await this.#t.login(String(e.get("username")),String(e.get("password")));f.begin(t,o.username),this.#s()}async#c(e){try{await this.#t.register(b(e,"username")??"",b(e,"email")??"",String(e.get("password")))}catch(t){throw y(t,"FORBIDDEN")?new w("This server takes no registrations: ask its administrator.","FORBIDDEN"):t}await this.#a(e)}};var Z={conversation:"c",room:"r"},ct={conversation:/^conv_\w+$/,room:/^room_\w+$/};function Re(s){let[,e="",t="",o]=s.split("/");if(o!==void 0)return{page:"welcome"};if(e==="providers"&&t==="")return{page:"providers"};for(let i of["conversation","room"])if(e===Z[i]){if(t==="new")return{page:"new",kind:i};if(ct[i].test(t))return{page:"talk",kind:i,id:t}}return{page:"welcome"}}function v(s){switch(s.page){case"welcome":return"#/";case"providers":return"#/providers";case"new":return`#/${Z[s.kind]}/new`;case"talk":return`#/${Z[s.kind]}/${s.id}`}}function O(s,e){let t=r("h2",{id:k()},s),o=r("dialog",{"aria-labelledby":t.id}),i=c("Cancel",()=>o.close()),n=async d=>{await e.act(d),o.close()},a=[...e.more??[],i];o.append(t,$({...e,label:s,act:n,more:a})),o.addEventListener("close",()=>o.remove()),document.body.append(o),o.showModal()}function x(s,e,t,o){O(s,{submit:t,act:o,fields:[r("p",{},e)]})}function E(s){return s==="新会话"||s.trim()===""?"New conversation":s}var pt=100;async function Te(s,e,t){let[o,i]=await Promise.all([s.conversation(e),s.providers()]);O("Edit conversation",{submit:"Save",fields:te(i,o),act:async n=>{let{title:a}=await s.updateConversation(e,oe(n,o));await t(E(a))}})}async function Me(s,e,t){let o=await s.room(e);O("Edit room",{submit:"Save",fields:[I(o.title,!0),ee(o.max_rounds)],act:async i=>{let n=b(i,"title"),a=Number(i.get("max_rounds")),d=a===o.max_rounds?void 0:a;await t((await s.updateRoom(e,{title:n,max_rounds:d})).title)}})}function I(s="",e=!1){let t=r("input",{name:"title",maxlength:"200",value:s,required:e,autocomplete:"off"});return m(e?"Title":"Title (optional)",t)}function ee(s){let e={min:"1",max:String(pt),inputmode:"numeric"},t=r("input",{type:"number",name:"max_rounds",...e,value:String(s),required:!0});return m("Rounds",t,"In a round every agent speaks once.")}function te(s,e){let t=e?I(E(e.title),!0):I(),o=r("textarea",{name:"system_prompt",rows:"4"});o.value=e?.system_prompt??"";let i=r("select",{name:"provider_id"}),n=s.find(l=>l.is_default);e?.provider_id||i.append(Ae("",n?`Default (${n.name})`:"None yet"));for(let{id:l,name:h}of s)i.append(Ae(String(l),h));i.value=String(e?.provider_id??"");let a=r("input",{name:"model",autocomplete:"off",spellcheck:"false",value:e?.model??""}),d=()=>{let l=s.find(({id:h})=>String(h)===i.value)??n;a.placeholder=l?.default_model??""};return i.addEventListener("change",()=>{d(),e&&(a.value=a.placeholder)}),d(),[t,m("System prompt (optional)",o,"Who the model is to be, and how it is to answer."),r("div",{class:"pair"},m("Provider",i),m("Model (optional)",a)),A("Let the model think before it answers","thinking_enabled",e?.thinking_enabled)]}function oe(s,e){let t=String(s.get("system_prompt")??""),o=Number(s.get("provider_id"))||void 0,i=b(s,"title");return{title:e&&i===E(e.title)?void 0:i,system_prompt:t===(e?.system_prompt??"")?void 0:t,provider_id:o===e?.provider_id?void 0:o,model:b(s,"model"),thinking_enabled:s.has("thinking_enabled")}}function Ae(s,e){return r("option",{value:s},e)}var ut=3,q=class{el;title;#t;#s;#e=r("div",{class:"body"});constructor(e,t,o){this.#t=e,this.#s=t,this.title=`New ${o}`;let i=r("h1",{tabindex:"-1"},this.title);this.el=r("div",{class:"page"},i,this.#e),(o==="room"?this.#i():this.#o()).catch(a=>{this.#e.replaceChildren(r("p",{class:"error",role:"alert"},u(a)))})}focus(){(this.el.querySelector("input")??this.el.querySelector("h1"))?.focus()}close(){}async#o(){let e=await this.#t.providers(),t=$({label:this.title,submit:"Start conversation",fields:te(e),act:async o=>{let{id:i}=await this.#t.createConversation(oe(o));this.#r("conversation",i)}});this.#n(t,e)}async#i(){let[e,t]=await Promise.all([this.#t.agents(),this.#t.providers()]),o=r("textarea",{name:"task",rows:"4",required:!0}),i=new se(e),n=$({label:this.title,submit:"Create room",fields:[I("",!0),m("Task",o,"What the agents are to discuss."),i.el,ee(ut)],act:async a=>{let{id:d}=await this.#t.createRoom({title:b(a,"title"),task:b(a,"task"),max_rounds:Number(a.get("max_rounds")),agents:i.chosen(a)});this.#r("room",d)}});this.#n(n,t)}#n(e,t){this.#e.replaceChildren(...t.length>0?[]:[ht()],e),this.el.isConnected&&document.activeElement?.tagName!=="INPUT"&&this.focus()}#r(e,t){this.#s.changed(),this.#s.go(v({page:"talk",kind:e,id:t}))}};function ht(){let s=r("a",{href:v({page:"providers"})},"Add one");return r("p",{class:"note"},"There is no model provider yet, so nobody would answer. ",s," first.")}var se=class{el;#t;#s=r("div",{class:"rows"});constructor(e){this.#t=e;let t=e.map(({id:i,name:n,role:a})=>A(a?`${n}, ${a}`:n,`agent-${i}`)),o=c("Add an agent",()=>this.#e().focus());if(this.el=r("fieldset",{},r("legend",{},"Agents"),...t,this.#s,o),e.length===0)for(let i=0;i<2;i++)this.#e()}chosen(e){let t=this.#t.filter(({id:n})=>e.has(`agent-${n}`)).map(({id:n})=>({agentId:n})),o=[...this.#s.children].flatMap(n=>{let[a="",d=""]=[...n.querySelectorAll("input")].map(l=>l.value.trim());return a===""?[]:[d===""?{name:a}:{name:a,role:d}]}),i=[...t,...o];if(i.length===0)throw new w("A room needs at least one agent.","BAD_USER_INPUT");return i}#e(){let e=r("input",{maxlength:"64",autocomplete:"off",placeholder:"Ada"}),t=r("input",{maxlength:"1000",autocomplete:"off",placeholder:"the host"}),o=r("div",{class:"row",role:"group","aria-label":"Agent"}),i=S("close","Remove this agent",()=>o.remove());return o.append(m("Name",e),m("Role (optional)",t),i),this.#s.append(o),e}};var j=class{el;title="Providers";#t;#s=r("ul",{class:"cards"});#e=r("h1",{tabindex:"-1"},"Providers");#o=r("p",{class:"note",role:"status",hidden:!0});constructor(e){this.#t=e;let t=r("p",{class:"lead"},"Where models are: any OpenAI-compatible endpoint, or Anthropic."),o=r("h2",{},"Add a provider"),i=ie(e,()=>this.#i());this.el=r("div",{class:"page"},this.#e,t,this.#o,this.#s,o,i),this.#i()}focus(){this.#e.focus()}close(){}async#i(){try{let e=await this.#t.providers();this.#s.replaceChildren(...e.map(t=>this.#n(t)))}catch(e){this.#a(u(e))}}#n(e){let{id:t,name:o,is_default:i}=e,n=r("strong",{},o),a=r("span",{class:"badge",hidden:!i},"default"),d=r("p",{},`${e.default_model} · ${e.base_url}`),l=c("Make default",()=>{this.#m(()=>this.#t.updateProvider(t,{is_default:!0}))});l.hidden=i;let h=c("Test",()=>{this.#d(e)}),Ve=c("Delete",()=>this.#r(e)),Be=r("div",{class:"buttons"},h,l,Ve);return r("li",{},r("div",{},n,a,d),Be)}#r({id:e,name:t}){x("Delete this provider?",`“${t}” and its key will be gone.`,"Delete",async()=>{await this.#t.deleteProvider(e),await this.#i()})}async#d({id:e,name:t}){this.#a(`Asking ${t}…`),await this.#m(async()=>{let{success:o,message:i}=await this.#t.testProvider(e);this.#a(o?`${t} answers.`:`${t} does not work: ${i}`)})}async#m(e){try{await e(),await this.#i()}catch(t){this.#a(u(t))}}#a(e){g(this.#o,e),this.#o.hidden=!1}};function ie(s,e){let t=r("select",{name:"provider_type"});t.append(r("option",{value:"OPENAI"},"OpenAI-compatible"),r("option",{value:"ANTHROPIC"},"Anthropic"));let o={autocomplete:"off",spellcheck:"false",required:!0},i=r("input",{type:"url",name:"base_url",placeholder:"https://api.deepseek.com/v1",...o}),n=r("input",{type:"password",name:"api_key",...o,autocomplete:"new-password"}),a=r("input",{name:"default_model",...o}),d=$({label:"Add a provider",submit:"Add provider",fields:[r("div",{class:"pair"},m("Name",r("input",{name:"name",...o})),m("Type",t)),m("Base URL",i),m("API key",n,"It is sealed on the server and never shown again."),m("Default model",a),A("Use it where nothing else is chosen","is_default",!0)],act:async l=>{await s.createProvider(gt(l)),d.reset(),await e()}});return d}function gt(s){return{...Object.fromEntries(["name","provider_type","base_url","api_key","default_model"].map(o=>[o,b(s,o)])),is_default:s.has("is_default")}}var P=class{el;#t;#s=r("ul",{});#e;#o=r("p",{class:"error",role:"alert",hidden:!0});#i;#n=new Map;#r=[];#d=0;#m="";constructor(e,t,o){this.#t=o;let i=r("h2",{id:k()},e);this.#e=r("p",{class:"empty",hidden:!0},t),this.#i=c("Show more",()=>{this.#a()},"quiet more"),this.el=r("section",{"aria-labelledby":i.id},i,this.#s,this.#e,this.#o,this.#i),this.#i.hidden=!0}refresh(){return this.#c(1,e=>[...e,...xe(this.#r,e)])}remove(e){let t=this.#r.filter(o=>o.id!==e);this.#d-=this.#r.length-t.length,this.#r=t,this.#l()}open(e){this.#m=e,this.#l()}async#a(){let e=this.#r.length;this.#i.disabled=!0;let t=Math.floor(e/20)+1;await this.#c(t,o=>[...this.#r,...xe(o,this.#r)]),this.#i.disabled=!1,this.#n.get(this.#r[e]?.id??"")?.querySelector("a")?.focus()}async#c(e,t){try{let{items:o,total:i}=await this.#t(e);this.#r=t(o),this.#d=i,p(this.#o,!0),this.#l()}catch(o){g(this.#o,u(o)),p(this.#o,!1)}}#l(){me(this.#s,this.#r.map(e=>this.#p(e))),p(this.#e,this.#r.length>0),p(this.#i,this.#r.length>=this.#d)}#p(e){let t=this.#n.get(e.id)??r("li",{},r("a",{},r("span",{class:"name"}),r("span",{class:"mark"})));this.#n.set(e.id,t);let o=t.querySelector("a"),[i,n]=t.querySelectorAll("span");return!o||!i||!n||(o.setAttribute("href",e.hash),o.title=e.title,e.hash===this.#m?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current"),g(i,e.title),g(n,e.mark),p(n,e.mark==="")),t}};function xe(s,e){let t=new Set(e.map(({id:o})=>o));return s.filter(({id:o})=>!t.has(o))}var Pe=[["/graphql","GraphQL playground"],["/api/docs","REST reference"]],V=class{el;#t;#s;#e=r("span",{class:"who"});constructor(e,t){this.#t=new P("Conversations","None yet.",async i=>{let{items:n,total:a}=await e.conversations(i);return{items:n.map(yt),total:a}}),this.#s=new P("Rooms","None yet.",async i=>{let{items:n,total:a}=await e.rooms(i);return{items:n.map(bt),total:a}});let o=r("a",{class:"brand",href:v({page:"welcome"})},"Luxx");this.el=r("nav",{class:"sidebar",id:"sidebar","aria-label":"Conversations and rooms"},r("div",{class:"top"},o),r("div",{class:"make"},Ie("conversation"),Ie("room")),r("div",{class:"lists"},this.#t.el,this.#s.el),this.#o(t)),vt(this.el)}show(e){g(this.#e,e)}refresh(){this.#t.refresh(),this.#s.refresh()}remove(e,t){(e==="room"?this.#s:this.#t).remove(t)}open(e){let t=v(e);this.#t.open(t),this.#s.open(t);for(let o of this.el.querySelectorAll(".make a, .foot a"))o.getAttribute("href")===t?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current")}#o(e){let t=Pe.map(([n,a])=>r("a",{href:n,hidden:!0},a)),o=De("plug","Providers",v({page:"providers"})),i=r("div",{class:"account"},this.#e,c("Log out",e,"quiet"));return r("div",{class:"foot"},o,...t,i)}};function Ie(s){return De("plus",`New ${s}`,v({page:"new",kind:s}))}function De(s,e,t){let o=r("a",{href:t});return o.append(R(s),e),o}async function vt(s){for(let[e]of Pe){let t=await fetch(e,{method:"HEAD"}).catch(()=>null),o=s.querySelector(`a[href="${e}"]`);o&&t?.ok&&p(o,!1)}}function yt({id:s,title:e}){let t=v({page:"talk",kind:"conversation",id:s});return{id:s,title:E(e),hash:t,mark:""}}function bt({id:s,title:e,status:t}){let o={RUNNING:"running",ERROR:"failed",PAUSED:"paused",IDLE:"",COMPLETED:""}[t];return{id:s,title:e,hash:v({page:"talk",kind:"room",id:s}),mark:o}}var re=matchMedia("(max-width: 760px)"),B=class{el;sidebar;#t=r("main",{id:"main",tabindex:"-1"});#s;#e=r("div",{class:"scrim",hidden:!0});#o=!1;constructor(e,t){this.sidebar=new V(e,t);let o=c("Skip to content",()=>this.#t.focus(),"skip");this.#s=S("menu","Menu",()=>this.#i(!this.#o)),this.#s.classList.add("menu"),this.#s.setAttribute("aria-controls",this.sidebar.el.id);let i=S("close","Close menu",()=>this.#i(!1));i.classList.add("close-menu"),this.sidebar.el.querySelector(".top")?.append(i),this.el=r("div",{class:"shell"},o,this.#s,this.sidebar.el,this.#e,this.#t),this.#e.addEventListener("click",()=>this.#i(!1)),this.sidebar.el.addEventListener("click",n=>{n.target instanceof Element&&n.target.closest("a")&&this.#n(!1)}),this.el.addEventListener("keydown",n=>{n.key==="Escape"&&this.#o&&this.#i(!1)}),re.addEventListener("change",()=>this.#n(!1)),this.#n(!1)}show(e){this.#n(!1),this.#t.replaceChildren(e.el)}#i(e){this.#n(e),e?this.sidebar.el.querySelector("a[href]")?.focus():this.#s.focus()}#n(e){this.#o=e&&re.matches,this.#s.setAttribute("aria-expanded",String(this.#o)),this.sidebar.el.classList.toggle("open",this.#o),this.sidebar.el.inert=re.matches&&!this.#o,this.#t.inert=this.#o,p(this.#e,!this.#o)}};import{LuxxChat as St,Store as Et}from"../chat/element.js";function G(s){return s.kind==="room"?s.room?.status==="RUNNING":s.messages.findLast(e=>e.role==="ASSISTANT")?.status==="RUNNING"}var ne=200,Ce=5e3,_t=new Set(["MessageCompleted","MessageFailed","RoomCompleted","RoomPaused","RoomFailed"]);async function*Le(s,{signal:e,lost:t,pause:o=Ne}){let i=null,n=ne;for(;;){try{for await(let a of s(i))if(t(!1),n=ne,i=a.cursor,yield a,_t.has(a.type))return}catch(a){if(!(a instanceof _))throw a}e.throwIfAborted(),t(!0),await o(n,e),n=Math.min(2*n,Ce)}}async function ae(s,{signal:e,lost:t,pause:o=Ne},i=1/0){let n=ne;for(let a=i-1;;a--){try{let d=await s();return e.throwIfAborted(),t(!1),d}catch(d){if(!(d instanceof _)||a<=0)throw d}t(!0),await o(n,e),n=Math.min(2*n,Ce)}}function Ne(s,e){return new Promise((t,o)=>{let i=()=>{clearTimeout(n),removeEventListener("online",i),e.removeEventListener("abort",i),e.aborted?o(e.reason):t()},n=setTimeout(i,s);addEventListener("online",i),e.addEventListener("abort",i),e.aborted&&i()})}var wt="Connection lost. Reconnecting…",$t=16,T=class{store;id;api;#t;#s=new AbortController;#e=null;constructor(e,t,o,i){this.api=e,this.store=t,this.id=o,this.#t=i}async load(){this.#e?.abort();let e=this.#e=new AbortController,t=await ae(()=>this.snapshot(),this.#o(e.signal));this.store.replace(t),G(t)?this.#i(e):this.#e=null}refresh(){this.#e===null&&!this.busy&&this.load().catch(e=>this.fail(e))}rename(e){this.store.state.title=e,this.notice(this.store.state.notice??null)}close(){this.#s.abort(),this.#e?.abort()}get title(){return this.store.state.title}get busy(){return!1}followFromStart(){this.#e?.abort(),this.#i(this.#e=new AbortController)}leave(){this.#e?.abort(),this.#e=null}insist(e){return ae(e,this.#o(this.#s.signal),$t)}async ask(e){this.notice(null);try{await e()}catch(t){y(t,"CONFLICT","NOT_FOUND")&&await this.load().catch(()=>{}),this.fail(t)}}notice(e){this.store.apply({type:"Notice",text:e})}fail(e){!this.#s.signal.aborted&&!de(e)&&this.notice(u(e))}changed(){this.#t.changed()}#o(e){let t=o=>this.store.setHint(o?wt:null);return{signal:AbortSignal.any([e,this.#s.signal]),lost:t}}async#i(e){let t=this.#o(e.signal),o=i=>this.events(i,t.signal);try{for await(let i of Le(o,t)){if(e.signal.aborted)return;this.take(i)}}catch(i){return t.signal.aborted?void 0:(this.#e=null,y(i,"BAD_USER_INPUT")?void this.load().catch(n=>this.fail(n)):this.fail(i))}this.#e===e&&(this.#e=null),this.changed()}};function K(){return[...crypto.getRandomValues(new Uint8Array(16))].map(e=>e.toString(16).padStart(2,"0")).join("")}function de(s){return s instanceof DOMException&&s.name==="AbortError"}var M=class extends T{hasEarlier=!1;#t=null;get busy(){return this.#t!==null}send(e){if(this.#t?.text===e)return this.#t.done;if(this.#t)return Promise.reject(new Error("The last message is still on its way."));let t=this.#o(e).finally(()=>this.#t=null);return this.#t={text:e,done:t},t}stop(){let e=this.#s();e?.status==="RUNNING"&&this.ask(()=>this.api.cancelMessage(e.id))}retry(){this.ask(()=>this.#n())}start(){}async loadEarlier(){let{state:e}=this.store,t=await this.api.messages(this.id,e.messages[0]?.id);this.hasEarlier=t.length===200,this.store.replace({...e,messages:[...t,...e.messages]})}async snapshot(){let[{title:e,model:t},o]=await Promise.all([this.api.conversation(this.id),this.api.messages(this.id)]),i=o.at(-1);i?.status==="RUNNING"&&(o[o.length-1]=He(i));let n=this.#e(o[0]);return n.length===0&&(this.hasEarlier=o.length===200),{kind:"conversation",id:this.id,title:E(e),model:t,messages:[...n,...o]}}events(e,t){return this.api.watchReply(this.#s()?.id??"",e,t)}take(e){this.store.apply(e)}#s(){return this.store.state.messages.at(-1)}#e(e){let t=this.store.state.messages;return t.slice(0,Math.max(0,t.findIndex(o=>o.id===e?.id)))}async#o(e){this.notice(null);let t=K();try{let o=await this.insist(()=>this.api.beginReply(this.id,e,t));this.store.apply({type:"MessageStored",message:o.user_message}),this.store.apply({type:"MessageStored",message:He(o.assistant_message)})}catch(o){throw y(o,"CONFLICT")&&await this.load().catch(()=>{}),this.fail(o),o}this.followFromStart(),this.#i()}#i(){this.changed(),!(this.store.state.messages.length>2)&&this.api.conversation(this.id).then(({title:e})=>this.rename(E(e)),()=>{})}async#n(){let{state:e}=this.store,[t,o]=e.messages.slice(-2);if(!(t?.role!=="USER"||!o||o.status==="RUNNING")){for(let{id:i}of[o,t])await this.insist(()=>this.#r(i));this.store.replace({...e,messages:e.messages.slice(0,-2)});try{await this.send(t.content)}catch(i){throw new Error(`${u(i)} This was not sent again: ${t.content}`)}}}async#r(e){try{await this.api.deleteMessage(e)}catch(t){if(!y(t,"NOT_FOUND"))throw t}}};function He(s){return{...s,status:"RUNNING",content:"",process_steps:[],error:null}}var D=class{#t;#s;#e=!1;constructor(e,t){this.#t=new Set(e),this.#s=t}passes(e){switch(e.type){case"MessageStarted":case"MessageChunk":case"MessageEnded":return this.#e=this.#t.has(e.id),!this.#e;case"StepUpdated":return!this.#t.has(e.message_id);case"MessageStored":return this.#e=this.#t.has(e.message.id),!this.#e;case"AgentFailed":return!this.#e;case"RoundStarted":case"RoundEnded":return e.round>=this.#s;default:return!0}}};var C=class extends T{#t=new D([],0);#s=!1;get busy(){return this.#s}send(){}start(){this.#s||(this.#s=!0,this.ask(()=>this.#e()).finally(()=>this.#s=!1))}retry(){this.start()}stop(){this.ask(()=>this.api.stopRoom(this.id))}async reset(){let e=await this.api.resetRoom(this.id);this.leave(),this.store.replace(Ue(e)),this.changed()}async#e(){let e=K();await this.insist(()=>this.api.startRoom(this.id,e)),await this.load(),this.changed()}async snapshot(){let e=await this.api.room(this.id),o=(await this.api.roomMessages(this.id)).filter(({status:i})=>i!=="RUNNING");return this.#t=new D(o.map(({id:i})=>i),e.current_round),{...Ue(e),messages:o}}events(e,t){return this.api.watchRoom(this.id,e,t)}take(e){this.#t.passes(e)&&this.store.apply(e)}};function Ue(s){let{id:e,title:t,task:o,status:i,max_rounds:n,current_round:a,agents:d}=s;return{kind:"room",id:e,title:t,messages:[],room:{task:o,status:i,max_rounds:n,current_round:a,agents:d}}}var kt={IDLE:"not started",RUNNING:"running",PAUSED:"paused",COMPLETED:"completed",ERROR:"failed"},L=class{el;#t;#s;#e;#o;#i;#n=r("h1",{tabindex:"-1"});#r=r("span",{class:"model"});#d=r("span",{class:"state"});#m=r("p",{class:"error",role:"alert",hidden:!0});#a;#c=r("div",{class:"actions"});#l=new St;constructor(e,t,o,i,n){this.#t=e,this.#s=t,this.#e=o,this.#i=n;let a=new Et({kind:o,id:i,title:"",messages:[]}),d={changed:()=>t.changed()};this.#o=o==="room"?new C(e,a,i,d):new M(e,a,i,d),this.#a=c("Show earlier messages",()=>{this.#$()},"quiet earlier"),this.#a.hidden=!0,this.#c.append(...this.#y());let l=r("div",{class:"titles"},this.#n,this.#r,this.#d),h=r("header",{class:"bar"},l,this.#c);this.#l.setAttribute("fill",""),this.el=r("div",{class:"talk loading"},h,this.#m,this.#a,this.#l),a.subscribe(()=>this.#f()),document.addEventListener("visibilitychange",this.#p),this.#u()}get title(){return this.#o.title}focus(){let e=this.#l.firstElementChild?.shadowRoot?.querySelector("textarea");e&&matchMedia("(hover: hover)").matches?e.focus():this.#n.focus()}close(){document.removeEventListener("visibilitychange",this.#p),this.#o.close()}resume(){this.#u()}#p=()=>{document.visibilityState==="visible"&&this.#o.refresh()};async#u(){this.#g("");try{await this.#o.load()}catch(e){de(e)||this.#h(e);return}this.el.classList.remove("loading"),!this.#l.store&&(this.#l.actions=this.#o,this.#l.store=this.#o.store,(this.el.contains(document.activeElement)||document.activeElement===document.body)&&this.focus())}#h(e){let t=y(e,"NOT_FOUND");this.#g(t?`This ${this.#e} does not exist any more.`:u(e)),p(this.#c,t)}#g(e){g(this.#m,e),p(this.#m,e==="")}#f(){let{state:e,hint:t}=this.#o.store;this.#l.store||this.#g(t??""),this.#n.textContent!==e.title&&(g(this.#n,e.title),this.#s.retitled()),g(this.#r,e.model??""),this.#v(e.room?.status??""),p(this.#a,!(this.#o instanceof M&&this.#o.hasEarlier));let o=this.#c.querySelector("[data-act=reset]");o&&p(o,e.room?.status==="IDLE"&&e.messages.length===0)}#v(e){e!==(this.#d.dataset.status??"")&&(this.#d.dataset.status=e,g(this.#d,e&&kt[e]),this.#s.changed())}#y(){let e=[S("pencil",`Edit ${this.#e}`,()=>{this.#b()}),S("trash",`Delete ${this.#e}`,()=>this.#_())],t=this.#o;if(t instanceof C){let o=S("reset","Reset room",()=>this.#w(t));o.dataset.act="reset",e.unshift(o)}return e}async#b(){let e=this.#e==="room"?Me:Te,t=async o=>{this.#s.changed(),this.#o.rename(o),G(this.#o.store.state)||await this.#u()};try{await e(this.#t,this.#o.id,t)}catch(o){this.#h(o)}}#_(){let e=`“${this.title}” and everything that was said in it will be gone.`;x(`Delete this ${this.#e}?`,e,"Delete",async()=>{await(this.#e==="room"?this.#t.deleteRoom:this.#t.deleteConversation)(this.#o.id),this.#i()})}#w(e){x("Reset this room?","Everything that was said will be gone; the room begins again at its task.","Reset",()=>e.reset())}async#$(){this.#o instanceof M&&(this.#a.disabled=!0,await this.#o.loadEarlier().catch(e=>this.#h(e)),this.#a.disabled=!1)}};var z=class{el=r("div",{class:"page welcome"});title="";#t;constructor(e){this.#t=e,this.#s()}focus(){this.el.querySelector("h1")?.focus()}close(){}async#s(){try{let e=await this.#t.providers();this.el.replaceChildren(...e.length>0?Rt():this.#e()),document.activeElement===document.body&&this.focus()}catch(e){this.el.replaceChildren(r("p",{class:"error",role:"alert"},u(e)))}}#e(){return[qe("Add a model provider"),r("p",{class:"lead"},"Luxx talks to models through providers of your own. Add one to begin: any OpenAI-compatible endpoint, or Anthropic."),ie(this.#t,()=>this.#s())]}};function Rt(){return[qe("What would you like to do?"),r("div",{class:"choices"},Oe("talk","Start a conversation","Ask a model, and watch it think, use tools and answer.","conversation"),Oe("people","Open a room","Give several agents a task, and watch them discuss it.","room"))]}function qe(s){return r("h1",{tabindex:"-1"},s)}function Oe(s,e,t,o){let i=r("a",{class:"choice",href:v({page:"new",kind:o})});return i.append(R(s),r("strong",{},e),r("span",{},t)),i}var At="Your login has ended. Log in again to go on where you were.",le=class{#t;#s;#e=null;#o=null;#i="";constructor(e){this.#t=e,this.#s=new N(new H(()=>f.token),t=>this.#n(t)),addEventListener("hashchange",()=>this.#l()),addEventListener("online",()=>this.changed()),document.addEventListener("visibilitychange",()=>{document.visibilityState==="visible"&&this.changed()})}begin(){f.token?this.#d():this.#r("")}go(e){location.hash=e}changed(){f.token&&this.#e?.sidebar.refresh()}retitled(){let e=f.token?this.#o?.title:"Log in";document.title=e?`${e} · Luxx`:"Luxx"}#n(e){!y(e,"UNAUTHENTICATED")||!f.token||(f.end(),this.#r(At))}#r(e){let t=new U(this.#s,e,()=>this.#d());for(let o of document.querySelectorAll("dialog"))o.close();this.#e&&(this.#e.el.hidden=!0),this.#t.querySelector(".login")?.remove(),this.#t.append(t.el),this.retitled(),t.focus()}#d(){if(this.#t.querySelector(".login")?.remove(),this.#e&&this.#i===f.name&&this.#o){this.#e.el.hidden=!1,this.#m(this.#o);return}this.#a(),this.#i=f.name,this.#e=new B(this.#s,()=>{this.#c()}),this.#e.sidebar.show(f.name),this.#t.replaceChildren(this.#e.el),this.changed(),this.#l()}#m(e){if(this.changed(),!(e instanceof L))return this.#l();e.resume(),e.focus(),this.retitled()}#a(){this.#o?.close(),this.#o=null,this.#e?.el.remove(),this.#e=null}async#c(){let e=this.#s.logout();this.#a(),await e.catch(()=>{}),f.end(),location.hash="",this.#r("")}#l(){if(!this.#e||!f.token)return;let e=Re(location.hash);this.#o?.close(),this.#o=this.#p(e),this.#e.show(this.#o),this.#e.sidebar.open(e),this.retitled(),this.#o.focus()}#p(e){switch(e.page){case"new":return new q(this.#s,this,e.kind);case"providers":return new j(this.#s);case"talk":return new L(this.#s,this,e.kind,e.id,()=>this.#u(e));case"welcome":return new z(this.#s)}}#u(e){this.#e?.sidebar.remove(e.kind,e.id),this.go(v({page:"welcome"}))}},je=r("div",{id:"app"});document.body.append(je);new le(je).begin();

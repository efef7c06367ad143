function r(o,e={},...t){let s=document.createElement(o);for(let[i,n]of Object.entries(e))n!==!1&&s.setAttribute(i,n===!0?"":n);return s.append(...t),s}function u(o,e){o.textContent!==e&&(o.textContent=e)}function m(o,e){o.hidden!==e&&(o.hidden=e)}function V(o,e){let t=new Set(e);for(let s of[...o.childNodes])t.has(s)||s.remove();e.forEach((s,i)=>{o.childNodes[i]!==s&&o.insertBefore(s,o.childNodes[i]??null)})}var _=class extends Error{code;field;constructor(e,t,s=null){super(e),this.code=t,this.field=s}},T=class extends _{constructor(){super("Your login has ended.","UNAUTHENTICATED")}},g=class extends Error{};function $e({message:o,extensions:e={}}){let{code:t="INTERNAL",field:s=null,retryAfter:i}=e;if(t==="UNAVAILABLE")return new g(o);let n=i?`${o}. Try again in ${Math.ceil(i)} s.`:o;return new _(n,t,s)}function v(o,...e){return o instanceof _&&e.includes(o.code)}function R(o){return o instanceof DOMException&&o.name==="AbortError"}var B="Connection lost. Reconnecting…";function b(o){return o instanceof g?"The server cannot be reached at the moment.":o instanceof Error&&o.message?o.message:"Something went wrong."}var x=200,C=20,G=class{#t;#s;#o=!1;constructor(e,t){this.#t=e,this.#s=t}async#e(e,t){let{token:s}=this.#t;try{let i=await this.#t.call(e,t);return this.#i(),i}catch(i){throw this.#r(i,s)}}#i(){this.#o&&(this.#o=!1,this.#s.back())}#r(e,t){return e instanceof g&&(this.#o=!0),v(e,"UNAUTHENTICATED")?(this.#s.loggedOut(t),new T):e}async#n(e,t,s){return(await this.#e(e,s))[t]}async#a(e,t){let{token:s}=this.#t,i=await t;return s===this.#t.token&&this.#s.wrote(e),i}async*#d(e,t,s,i){let{token:n}=this.#t,a=()=>{this.#i(),i()};try{let d=this.#t.subscribe(e,t,s,a);for await(let{event:l}of d)yield l}catch(d){throw s.aborted?d:this.#r(d,n)}}login=(e,t)=>this.#t.call("Login",{username:e,password:t}).then(({session:s})=>s);register=(e,t,s)=>this.#t.call("Register",{username:e,email:t,password:s});logout=()=>this.#t.call("Logout");registration=()=>this.#t.ask("query { health { registration } }").then(({health:e})=>e.registration!==!1).catch(()=>!0);providers=()=>this.#n("Providers","providers");createProvider=e=>this.#a("providers",this.#n("CreateProvider","provider",e));updateProvider=(e,t)=>this.#a("providers",this.#n("UpdateProvider","provider",{provider_id:e,...t}));deleteProvider=e=>this.#a("providers",this.#e("DeleteProvider",{provider_id:e}));testProvider=e=>this.#n("TestProvider","test",{provider_id:e});agents=()=>this.#n("Agents","agents");createAgent=e=>this.#a("agents",this.#n("CreateAgent","agent",e));updateAgent=(e,t)=>this.#a("agents",this.#n("UpdateAgent","agent",{agent_id:e,...t}));deleteAgent=e=>this.#a("agents",this.#e("DeleteAgent",{agent_id:e}));tools=()=>this.#n("Tools","tools");conversations=e=>this.#n("Conversations","page",{page:e,page_size:C});conversation=e=>this.#n("Conversation","conversation",{id:e});createConversation=e=>this.#a("conversations",this.#n("CreateConversation","conversation",e));updateConversation=(e,t)=>this.#a(e,this.#n("UpdateConversation","conversation",{id:e,...t}));deleteConversation=e=>this.#a(e,this.#e("DeleteConversation",{id:e}));messages=async(e,t)=>{let s={conversation_id:e,limit:x,before:t};return(await this.#n("ConversationMessages","conversation",s)).messages};beginReply=(e,t,s)=>{let i={conversation_id:e,content:t,idempotency_key:s};return this.#a(e,this.#n("BeginReply","exchange",i))};watchReply=(e,t,s,i)=>this.#d("WatchReply",{message_id:e,after:t},s,i);cancelMessage=e=>this.#e("CancelMessage",{message_id:e});deleteMessage=e=>this.#e("DeleteMessage",{message_id:e});rooms=e=>this.#n("Rooms","page",{page:e,page_size:C});room=e=>this.#n("Room","room",{room_id:e});createRoom=e=>this.#a("rooms",this.#n("CreateRoom","room",e));updateRoom=(e,t)=>this.#a(e,this.#n("UpdateRoom","room",{room_id:e,...t}));deleteRoom=e=>this.#a(e,this.#e("DeleteRoom",{room_id:e}));startRoom=(e,t)=>this.#a(e,this.#e("StartRoom",{room_id:e,idempotency_key:t}));stopRoom=e=>this.#a(e,this.#e("StopRoom",{room_id:e}));resetRoom=e=>this.#a(e,this.#n("ResetRoom","room",{room_id:e}));roomMessages=async e=>{let t=[];for(;;){let s={room_id:e,limit:x,before:t[0]?.id},{messages:i}=await this.#n("RoomHistory","room",s);if(t.unshift(...i),i.length<x)return t}};watchRoom=(e,t,s,i)=>this.#d("FollowRoomDeltas",{room_id:e,after:t},s,i)};var Se="http://www.w3.org/2000/svg",ot={menu:"M4 7h16M4 12h16M4 17h16",close:"M6 6l12 12M18 6L6 18",plus:"M12 5v14M5 12h14",pencil:"M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",trash:"M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",reset:"M5 12a7 7 0 1 0 2-5M5 4v4h4",talk:"M5 5h14v11H11l-4 3v-3H5z",people:"M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M15 5a3 3 0 0 1 0 6M17 14c2 1 4 2 4 5",plug:"M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"};function M(o){let e=document.createElementNS(Se,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("aria-hidden","true"),e.classList.add("icon");let t=document.createElementNS(Se,"path");return t.setAttribute("d",ot[o]),e.append(t),e}var it=0;function E(){return`id-${++it}`}function c(o,e,t=""){e.id=E();let s=r("label",{for:e.id},o);if(t==="")return r("div",{class:"field"},s,e);let i=r("p",{class:"hint",id:E()},t);return e.setAttribute("aria-describedby",i.id),r("div",{class:"field"},s,e,i)}function P(o,e,t=!1){let s=r("input",{type:"checkbox",name:e,id:E(),checked:t});return r("div",{class:"check"},s,r("label",{for:s.id},o))}function S(o,e,t){let s=r("button",{type:"button",class:"icon-button",title:e,"aria-label":e});return s.append(M(o)),s.addEventListener("click",t),s}function h(o,e,t=""){let s=r("button",{type:"button",class:t},o);return s.addEventListener("click",e),s}function $({label:o,submit:e,fields:t,act:s,more:i=[]}){let n=r("p",{class:"error",role:"alert",hidden:!0}),a=r("button",{type:"submit",class:"primary"},e),d=r("div",{class:"buttons"},a,...i),l=r("form",{"aria-label":o},...t,n,d);return l.addEventListener("submit",f=>{f.preventDefault(),rt(l,a,n,s)}),l.addEventListener("input",f=>{f.target instanceof Element&&f.target.removeAttribute("aria-invalid")}),l}async function rt(o,e,t,s){if(!e.disabled){e.disabled=!0,m(t,!0);try{await s(new FormData(o))}catch(i){if(i instanceof T)return;u(t,b(i)),m(t,!1),i instanceof _&&nt(o,i.field)}finally{e.disabled=!1}}}function nt(o,e){let t=e?.replace(/[A-Z]/g,i=>`_${i.toLowerCase()}`)??"",s=o.elements.namedItem(t);s instanceof HTMLElement&&(s.setAttribute("aria-invalid","true"),s.focus())}function w(o,e){let t=o.get(e);return typeof t=="string"&&t.trim()!==""?t.trim():void 0}var N=new Set;function ke(){for(let o of document.querySelectorAll("dialog[open]"))N.add(o),o.close()}function Te(){for(let o of N)o.showModal();N.clear()}function ne(){N.clear();for(let o of document.querySelectorAll("dialog"))o.remove()}function K(o,e){let t=r("h2",{id:E()},o),s=r("dialog",{"aria-labelledby":t.id}),i=h("Cancel",()=>s.close()),n=async d=>{await e.act(d),s.close()},a=[...e.more??[],i];s.append(t,$({...e,label:o,act:n,more:a})),s.addEventListener("close",()=>{N.has(s)||s.remove()}),document.body.append(s),s.showModal()}function H(o,e,t,s){K(o,{submit:t,act:s,fields:[r("p",{},e)]})}var z=class{#t="";#s=!1;feed(e){let t=this.#s&&e.startsWith(`
`)?e.slice(1):e;e!==""&&(this.#s=e.endsWith("\r"));let s=(this.#t+t.replace(/\r\n?/g,`
`)).split(`

`);return this.#t=s.pop()??"",s.flatMap(at)}};function at(o){let e=o.split(`
`).map(n=>{let a=n.indexOf(":");return a<0?[n,""]:[n.slice(0,a),n.slice(a+1).replace(/^ /,"")]}),t=n=>e.flatMap(([a,d])=>a===n?[d]:[]),s=t("data"),i=t("event").at(-1)??"message";return s.length>0?[{name:i,data:s.join(`
`)}]:[]}var Ae=`mutation Register($username: String!, $email: String!, $password: String!) {
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
`;var Re=`query Agents {
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
`;var Ee=`# What only the client package asks: as GraphQL names it, where that says more than REST shows.

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
`;var xe=`query Conversations($project_id: String, $page: Int, $page_size: Int) {
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
`;var Me=`# What REST shows of each type. An alias is the documented field name.

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
`;var Pe=`query Messages($conversation_id: ID!, $limit: Int, $before: ID) {
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
`;var Ie=`query Providers {
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
`;var De=`# Answers at once: FollowRoom tells the rest.
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
`;var Le=`query Rooms($page: Int, $page_size: Int) {
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
`;var vt=/^(?:query|mutation|subscription|fragment)\s+(\w+)[^]*?^}/gm,yt=/\.\.\.(\w+)/g;function bt(o){let e=new Map;for(let[t,s]of o.join(`
`).matchAll(vt))s&&e.set(s,t);return t=>Ce(e,t,new Map).join(`
`)}function Ce(o,e,t){let s=o.get(e);if(s===void 0)throw new Error(`There is no operation ${e}`);t.set(e,s);for(let[,i]of s.matchAll(yt))i&&!t.has(i)&&Ce(o,i,t);return[...t.values()]}var ae=bt([Ae,Re,Ee,xe,Me,Pe,Ie,De,Le]);var Ne=45e3,wt=6e4,W=class{#t;constructor(e){this.#t=e}get token(){return this.#t()}call(e,t={}){return this.ask(ae(e),t)}async ask(e,t={}){let s=await this.#s(e,t,{accept:"application/json",signal:AbortSignal.timeout(wt)});return de(await He(s),s.status)}async*subscribe(e,t,s,i){let n=new le(s);try{let a={accept:"text/event-stream",signal:n.signal},d=await this.#s(ae(e),t,a);d.headers.get("content-type")?.startsWith("text/event-stream")||de(await He(d),d.status),i();let l=new z;for await(let f of _t(d)){n.heard(),i();for(let L of l.feed(f)){if(L.name==="complete")return;L.name==="next"&&(yield de(L.data,d.status))}}}finally{n.end()}}async#s(e,t,{accept:s,signal:i}){let n={accept:s,"content-type":"application/json"},a=this.#t();a&&(n.authorization=`Bearer ${a}`);let d=JSON.stringify({query:e,variables:t});return me(fetch("/graphql",{method:"POST",headers:n,body:d,signal:i,cache:"no-store"}))}},le=class{#t=new AbortController;#s;#o=()=>this.#t.abort();#e;constructor(e){this.#s=e,this.#e=setTimeout(this.#o,Ne),e.aborted&&this.#o(),e.addEventListener("abort",this.#o)}get signal(){return this.#t.signal}heard(){clearTimeout(this.#e),this.#e=setTimeout(this.#o,Ne)}end(){clearTimeout(this.#e),this.#s.removeEventListener("abort",this.#o),this.#o()}};async function*_t(o){let e=o.body?.getReader();if(!e)throw new g("The answer has no body");let t=new TextDecoder;for(;;){let{value:s,done:i}=await me(e.read());if(i)return;yield t.decode(s,{stream:!0})}}async function me(o){try{return await o}catch(e){throw new g(e instanceof Error?e.message:String(e))}}function He(o){return me(o.text())}function de(o,e){let t=$t(o),[s]=t?.errors??[];if(s)throw $e(s);if(t?.data)return t.data;throw new g(`The server answered ${e}`)}function $t(o){try{return JSON.parse(o)}catch{return null}}var ce="luxx-token",he="luxx-name",p={get token(){return sessionStorage.getItem(ce)},get name(){return sessionStorage.getItem(he)??""},begin(o,e){sessionStorage.setItem(ce,o),sessionStorage.setItem(he,e)},forget(){for(let o of Object.keys(sessionStorage))o.startsWith("graphiql:")&&sessionStorage.removeItem(o)},end(){sessionStorage.removeItem(ce),sessionStorage.removeItem(he)}};var X=class{el;#t;#s;#o;#e=r("div",{class:"login-body"});#i;#r;constructor(e,t,s,i){this.#t=e,this.#s=s,this.#o=i,this.#r=e.registration(),this.#i=r("p",{class:"note",role:"status",hidden:t===""},t);let n=r("h1",{},"Luxx"),a=r("div",{class:"login-head"},n,r("p",{},"Conversations that stay with you."));this.el=r("main",{class:"login",id:"main"},a,this.#i,this.#e),this.#n()}focus(){[...this.el.querySelectorAll("input")].find(({value:t})=>t==="")?.focus()}#n(){let e=h("Create an account",()=>this.#d(()=>this.#a()),"quiet");e.hidden=!0,this.#r.then(s=>m(e,!s));let t=$({label:"Log in",submit:"Log in",fields:[this.#l(),this.#m("current-password")],act:s=>this.#c(s),more:[e]});this.#e.replaceChildren(r("h2",{class:"sr-only"},"Log in"),t)}#a(){let e=r("input",{type:"email",name:"email",autocomplete:"email",required:!0}),t=$({label:"Create an account",submit:"Create account",fields:[this.#l(),c("E-mail",e),this.#m("new-password")],act:s=>this.#h(s),more:[h("Log in instead",()=>this.#d(()=>this.#n()),"quiet")]});this.#e.replaceChildren(r("h2",{},"Create an account"),t)}#d(e){this.#i.hidden=!0,e(),this.focus()}#l(){let e=r("input",{name:"username",autocomplete:"username",autocapitalize:"none",spellcheck:"false",required:!0,value:this.#s});return c("Username",e)}#m(e){return c("Password",r("input",{type:"password",name:"password",autocomplete:e,required:!0}))}async#c(e){let{access_token:t,user:s}=await this.#t.login(String(e.get("username")),String(e.get("password")));p.begin(t,s.username),this.#o()}async#h(e){try{await this.#t.register(w(e,"username")??"",w(e,"email")??"",String(e.get("password")))}catch(t){throw v(t,"FORBIDDEN")?new _("This server takes no registrations: ask its administrator.","FORBIDDEN"):t}await this.#c(e)}};var pe=200,Oe=5e3,St=new Set(["MessageCompleted","MessageFailed","RoomCompleted","RoomPaused","RoomFailed"]);async function*Ue(o,{signal:e,lost:t,pause:s=Fe}){let i=null,n=pe,a=()=>t(!1);try{for(;;){try{for await(let d of o(i,a))if(a(),n=pe,i=d.cursor,yield d,St.has(d.type))return}catch(d){if(!(d instanceof g))throw d}e.throwIfAborted(),t(!0),await s(n,e),n=Math.min(2*n,Oe)}}finally{t(!1)}}async function O(o,{signal:e,lost:t,pause:s=Fe},i=1/0){let n=pe;try{for(let a=i-1;;a--){try{let d=await o();return e.throwIfAborted(),d}catch(d){if(!(d instanceof g)||a<=0)throw d}e.throwIfAborted(),t(!0),await s(n,e),n=Math.min(2*n,Oe)}}finally{t(!1)}}function Fe(o,e){return new Promise((t,s)=>{let i=()=>{clearTimeout(n),removeEventListener("online",i),e.removeEventListener("abort",i),e.aborted?s(e.reason):t()},n=setTimeout(i,o);addEventListener("online",i),e.addEventListener("abort",i),e.aborted&&i()})}var A=class{el=r("p",{class:"error",role:"status",hidden:!0});#t=new AbortController;async read(e){let t=s=>this.#s(s?B:"");try{return await O(e,{signal:this.#t.signal,lost:t})}catch(s){R(s)||this.#s(b(s));return}}close(){this.#t.abort()}#s(e){this.el.textContent=e,m(this.el,e==="")}};var ue={conversation:"c",room:"r"},kt={conversation:/^conv_\w+$/,room:/^room_\w+$/};function je(o){let[,e="",t="",s]=o.split("/");if(s!==void 0)return{page:"welcome"};if(e==="providers"&&t==="")return{page:"providers"};for(let i of["conversation","room"])if(e===ue[i]){if(t==="new")return{page:"new",kind:i};if(kt[i].test(t))return{page:"talk",kind:i,id:t}}return{page:"welcome"}}function y(o){switch(o.page){case"welcome":return"#/";case"providers":return"#/providers";case"new":return`#/${ue[o.kind]}/new`;case"talk":return`#/${ue[o.kind]}/${o.id}`}}function k(o){return o==="新会话"||o.trim()===""?"New conversation":o}var Tt=100;async function Be(o,e,t,s){let[i,n]=await Promise.all([o.conversation(e),o.providers()]);s.throwIfAborted(),K("Edit conversation",{submit:"Save",fields:fe(n,i),act:async a=>{let{title:d}=await o.updateConversation(e,ve(a,i));await t(k(d))}})}async function Ge(o,e,t,s){let i=await o.room(e);s.throwIfAborted(),K("Edit room",{submit:"Save",fields:[U(i.title,!0),ge(i.max_rounds)],act:async n=>{let a=w(n,"title"),d=Number(n.get("max_rounds")),l=d===i.max_rounds?void 0:d;await t((await o.updateRoom(e,{title:a,max_rounds:l})).title)}})}function U(o="",e=!1){let t=r("input",{name:"title",maxlength:"200",value:o,required:e,autocomplete:"off"});return c(e?"Title":"Title (optional)",t)}function ge(o){let e={min:"1",max:String(Tt),inputmode:"numeric"},t=r("input",{type:"number",name:"max_rounds",...e,value:String(o),required:!0});return c("Rounds",t,"In a round every agent speaks once.")}function fe(o,e){let t=e?U(k(e.title),!0):U(),s=r("textarea",{name:"system_prompt",rows:"4"});s.value=e?.system_prompt??"";let i=r("select",{name:"provider_id"}),n=o.find(l=>l.is_default);e?.provider_id||i.append(Ve("",n?`Default (${n.name})`:"None yet"));for(let{id:l,name:f}of o)i.append(Ve(String(l),f));i.value=String(e?.provider_id??"");let a=r("input",{name:"model",autocomplete:"off",spellcheck:"false",value:e?.model??""}),d=()=>{let l=o.find(({id:f})=>String(f)===i.value)??n;a.placeholder=l?.default_model??""};return i.addEventListener("change",()=>{d(),e&&(a.value=a.placeholder)}),d(),[t,c("System prompt (optional)",s,"Who the model is to be, and how it is to answer."),r("div",{class:"pair"},c("Provider",i),c("Model (optional)",a)),P("Let the model think before it answers","thinking_enabled",e?.thinking_enabled)]}function ve(o,e){let t=String(o.get("system_prompt")??""),s=Number(o.get("provider_id"))||void 0,i=w(o,"title"),n=w(o,"model");return{title:e&&i===k(e.title)?void 0:i,system_prompt:qe(t,e?.system_prompt??""),provider_id:s===e?.provider_id?void 0:s,model:e?qe(n??"",e.model):n,thinking_enabled:o.has("thinking_enabled")}}function qe(o,e){return o===e?void 0:o}function Ve(o,e){return r("option",{value:o},e)}var At=3,J=class{el;title;#t;#s;#o;#e=r("div",{class:"body"});#i=new A;#r=null;constructor(e,t,s){this.#t=e,this.#s=t,this.#o=s,this.title=`New ${s}`;let i=r("h1",{tabindex:"-1"},this.title);this.el=r("div",{class:"page"},i,this.#i.el,this.#e),this.#a()}focus(){(this.el.querySelector("input")??this.el.querySelector("h1"))?.focus()}resume(){this.#e.firstChild||this.#a()}refresh(e="agents"){e==="agents"&&this.#r&&this.#n(this.#r)}close(){this.#i.close()}async#n(e){let t=await this.#i.read(()=>this.#t.agents());t&&e.show(t)}#a(){this.#o==="room"?this.#l():this.#d()}async#d(){let e=await this.#i.read(()=>this.#t.providers());if(!e)return;let t=$({label:this.title,submit:"Start conversation",fields:fe(e),act:async s=>{let{id:i}=await this.#t.createConversation(ve(s));this.#c("conversation",i)}});this.#m(t,e)}async#l(){let e=()=>Promise.all([this.#t.agents(),this.#t.providers()]),[t,s]=await this.#i.read(e)??[];if(!t||!s)return;let i=r("textarea",{name:"task",rows:"4",required:!0}),n=this.#r=new ye(t),a=$({label:this.title,submit:"Create room",fields:[U("",!0),c("Task",i,"What the agents are to discuss."),n.el,ge(At)],act:async d=>{let{id:l}=await this.#t.createRoom({title:w(d,"title"),task:w(d,"task"),max_rounds:Number(d.get("max_rounds")),agents:n.chosen(d)});this.#c("room",l)}});this.#m(a,s)}#m(e,t){this.#e.replaceChildren(...t.length>0?[]:[Rt()],e),this.el.isConnected&&document.activeElement?.tagName!=="INPUT"&&this.focus()}#c(e,t){this.#s.changed(),this.#s.go(y({page:"talk",kind:e,id:t}))}};function Rt(){let o=r("a",{href:y({page:"providers"})},"Add one");return r("p",{class:"note"},"There is no model provider yet, so nobody would answer. ",o," first.")}var ye=class{el;#t=r("div",{class:"rows"});#s=new Map;#o=[];#e=r("div",{class:"rows"});constructor(e){let t=h("Add an agent",()=>this.#r().focus());if(this.el=r("fieldset",{},r("legend",{},"Agents"),this.#t,this.#e,t),this.show(e),e.length===0)for(let s=0;s<2;s++)this.#r()}show(e){this.#o=e,V(this.#t,e.map(t=>this.#i(t)))}chosen(e){let t=this.#o.filter(({id:n})=>e.has(`agent-${n}`)).map(({id:n})=>({agentId:n})),s=[...this.#e.children].flatMap(n=>{let[a="",d=""]=[...n.querySelectorAll("input")].map(l=>l.value.trim());return a===""?[]:[d===""?{name:a}:{name:a,role:d}]}),i=[...t,...s];if(i.length===0)throw new _("A room needs at least one agent.","BAD_USER_INPUT");return i}#i({id:e,name:t,role:s}){let i=this.#s.get(e)??P("",`agent-${e}`);this.#s.set(e,i);let n=i.querySelector("label");return n&&u(n,s?`${t}, ${s}`:t),i}#r(){let e=r("input",{maxlength:"64",autocomplete:"off",placeholder:"Ada"}),t=r("input",{maxlength:"1000",autocomplete:"off",placeholder:"the host"}),s=r("div",{class:"row",role:"group","aria-label":"Agent"}),i=S("close","Remove this agent",()=>s.remove());return s.append(c("Name",e),c("Role (optional)",t),i),this.#e.append(s),e}};var Q=class{el;title="Providers";#t;#s=new A;#o=r("ul",{class:"cards"});#e=r("h1",{tabindex:"-1"},"Providers");#i=r("p",{class:"note",role:"status",hidden:!0});constructor(e){this.#t=e;let t=r("p",{class:"lead"},"Where models are: any OpenAI-compatible endpoint, or Anthropic."),s=r("h2",{},"Add a provider"),i=be(e,()=>this.#r());this.el=r("div",{class:"page"},this.#e,t,this.#i,this.#s.el,this.#o,s,i),this.#r()}focus(){this.#e.focus()}resume(){this.#i.hidden=!0,this.#r()}close(){this.#s.close()}async#r(){let e=await this.#s.read(()=>this.#t.providers());e&&this.#o.replaceChildren(...e.map(t=>this.#n(t)))}#n(e){let{id:t,name:s,is_default:i}=e,n=r("strong",{},s),a=r("span",{class:"badge",hidden:!i},"default"),d=r("p",{},`${e.default_model} · ${e.base_url}`),l=h("Make default",()=>{this.#l(()=>this.#t.updateProvider(t,{is_default:!0}))});l.hidden=i;let f=h("Test",()=>{this.#d(e)}),L=h("Delete",()=>this.#a(e)),st=r("div",{class:"buttons"},f,l,L);return r("li",{},r("div",{},n,a,d),st)}#a({id:e,name:t}){H("Delete this provider?",`“${t}” and its key will be gone.`,"Delete",async()=>{await this.#t.deleteProvider(e),await this.#r()})}async#d({id:e,name:t}){this.#m(`Asking ${t}…`),await this.#l(async()=>{let{success:s,message:i}=await this.#t.testProvider(e);this.#m(s?`${t} answers.`:`${t} does not work: ${i}`)})}async#l(e){try{await e(),await this.#r()}catch(t){this.#m(b(t))}}#m(e){u(this.#i,e),this.#i.hidden=!1}};function be(o,e){let t=r("select",{name:"provider_type"});t.append(r("option",{value:"OPENAI"},"OpenAI-compatible"),r("option",{value:"ANTHROPIC"},"Anthropic"));let s={autocomplete:"off",spellcheck:"false",required:!0},i=r("input",{type:"url",name:"base_url",placeholder:"https://api.deepseek.com/v1",...s}),n=r("input",{type:"password",name:"api_key",...s,autocomplete:"new-password"}),a=r("input",{name:"default_model",...s}),d=$({label:"Add a provider",submit:"Add provider",fields:[r("div",{class:"pair"},c("Name",r("input",{name:"name",...s})),c("Type",t)),c("Base URL",i),c("API key",n,"It is sealed on the server and never shown again."),c("Default model",a),P("Use it where nothing else is chosen","is_default",!0)],act:async l=>{await o.createProvider(Et(l)),d.reset(),await e()}});return d}function Et(o){return{...Object.fromEntries(["name","provider_type","base_url","api_key","default_model"].map(s=>[s,w(o,s)])),is_default:o.has("is_default")}}var Y=class{items=[];total=0;#t;#s=1;#o=0;constructor(e){this.#t=e}async refresh(){let e=++this.#o,t=()=>e===this.#o;try{let{items:s,total:i}=await this.#e();t()&&Object.assign(this,{items:s,total:i})}catch(s){if(t())throw s}return t()}more(){return this.#s=Math.ceil(this.items.length/C)+1,this.refresh()}remove(e){let t=this.items.filter(s=>s.id!==e);this.total-=this.items.length-t.length,this.items=t,this.#o++}async#e(){let e=new Map;for(let t=1;;t++){let{items:s,total:i}=await this.#t(t);for(let n of s)e.has(n.id)||e.set(n.id,n);if(t>=this.#s||s.length<C)return{items:[...e.values()],total:i}}}};var F=class{el;#t;#s=r("ul",{});#o;#e=r("p",{class:"error",role:"alert",hidden:!0});#i;#r=new Map;#n="";constructor(e,t,s){this.#t=new Y(s);let i=r("h2",{id:E()},e);this.#o=r("p",{class:"empty",hidden:!0},t),this.#i=h("Show more",()=>{this.#a()},"quiet more"),this.el=r("section",{"aria-labelledby":i.id},i,this.#s,this.#o,this.#e,this.#i),this.#i.hidden=!0}refresh(){return this.#d(this.#t.refresh())}remove(e){this.#t.remove(e),this.#l(),this.refresh()}open(e){this.#n=e,this.#l()}async#a(){let e=this.#t.items.length;this.#i.disabled=!0,await this.#d(this.#t.more()),this.#i.disabled=!1,this.#r.get(this.#t.items[e]?.id??"")?.querySelector("a")?.focus()}async#d(e){try{if(!await e)return;m(this.#e,!0),this.#l()}catch(t){u(this.#e,b(t)),m(this.#e,!1)}}#l(){let{items:e,total:t}=this.#t;V(this.#s,e.map(s=>this.#m(s))),m(this.#o,e.length>0),m(this.#i,e.length>=t)}#m(e){let t=this.#r.get(e.id)??r("li",{},r("a",{},r("span",{class:"name"}),r("span",{class:"mark"})));this.#r.set(e.id,t);let s=t.querySelector("a"),[i,n]=t.querySelectorAll("span");return!s||!i||!n||(s.setAttribute("href",e.hash),s.title=e.title,e.hash===this.#n?s.setAttribute("aria-current","page"):s.removeAttribute("aria-current"),u(i,e.title),u(n,e.mark),m(n,e.mark==="")),t}};async function Ke(o){return(await fetch(o,{method:"HEAD"}).catch(()=>null))?.ok??!1}var We=[["/graphql","GraphQL playground"],["/api/docs","REST reference"]],Z=class{el;#t;#s;#o=r("span",{class:"who"});constructor(e,t){this.#t=new F("Conversations","None yet.",async i=>{let{items:n,total:a}=await e.conversations(i);return{items:n.map(Mt),total:a}}),this.#s=new F("Rooms","None yet.",async i=>{let{items:n,total:a}=await e.rooms(i);return{items:n.map(Pt),total:a}});let s=r("a",{class:"brand",href:y({page:"welcome"})},"Luxx");this.el=r("nav",{class:"sidebar",id:"sidebar","aria-label":"Conversations and rooms"},r("div",{class:"top"},s),r("div",{class:"make"},ze("conversation"),ze("room")),r("div",{class:"lists"},this.#t.el,this.#s.el),this.#e(t)),xt(this.el)}show(e){u(this.#o,e)}refresh(){this.#t.refresh(),this.#s.refresh()}remove(e,t){(e==="room"?this.#s:this.#t).remove(t)}open(e){let t=y(e);this.#t.open(t),this.#s.open(t);for(let s of this.el.querySelectorAll(".make a, .foot a"))s.getAttribute("href")===t?s.setAttribute("aria-current","page"):s.removeAttribute("aria-current")}#e(e){let t=We.map(([n,a])=>r("a",{href:n,hidden:!0},a)),s=Xe("plug","Providers",y({page:"providers"})),i=r("div",{class:"account"},this.#o,h("Log out",e,"quiet"));return r("div",{class:"foot"},s,...t,i)}};function ze(o){return Xe("plus",`New ${o}`,y({page:"new",kind:o}))}function Xe(o,e,t){let s=r("a",{href:t});return s.append(M(o),e),s}async function xt(o){for(let[e]of We){let t=o.querySelector(`a[href="${e}"]`);t&&await Ke(e)&&m(t,!1)}}function Mt({id:o,title:e}){let t=y({page:"talk",kind:"conversation",id:o});return{id:o,title:k(e),hash:t,mark:""}}function Pt({id:o,title:e,status:t}){let s={RUNNING:"running",ERROR:"failed",PAUSED:"paused",IDLE:"",COMPLETED:""}[t];return{id:o,title:e,hash:y({page:"talk",kind:"room",id:o}),mark:s}}var we=matchMedia("(max-width: 760px)"),ee=class{el;sidebar;#t=r("main",{id:"main",tabindex:"-1"});#s;#o=r("div",{class:"scrim",hidden:!0});#e=!1;constructor(e,t){this.sidebar=new Z(e,t);let s=h("Skip to content",()=>this.#t.focus(),"skip");this.#s=S("menu","Menu",()=>this.#i(!this.#e)),this.#s.classList.add("menu"),this.#s.setAttribute("aria-controls",this.sidebar.el.id);let i=S("close","Close menu",()=>this.#i(!1));i.classList.add("close-menu"),this.sidebar.el.querySelector(".top")?.append(i),this.el=r("div",{class:"shell"},s,this.#s,this.sidebar.el,this.#o,this.#t),this.#o.addEventListener("click",()=>this.#i(!1)),this.sidebar.el.addEventListener("click",n=>{n.target instanceof Element&&n.target.closest("a")&&this.#r(!1)}),this.el.addEventListener("keydown",n=>{n.key==="Escape"&&this.#e&&this.#i(!1)}),we.addEventListener("change",()=>this.#r(!1)),this.#r(!1)}show(e){this.#r(!1),this.#t.replaceChildren(e.el)}#i(e){this.#r(e),e?this.sidebar.el.querySelector("a[href]")?.focus():this.#s.focus()}#r(e){this.#e=e&&we.matches,this.#s.setAttribute("aria-expanded",String(this.#e)),this.sidebar.el.classList.toggle("open",this.#e),this.sidebar.el.inert=we.matches&&!this.#e,this.#t.inert=this.#e,m(this.#o,!this.#e)}};var te=class{#t;#s=null;constructor(e){this.#t=e}open(e){this.close(),this.#s=new BroadcastChannel(`luxx ${e}`),this.#s.onmessage=({data:t})=>this.#t(String(t))}tell(e){this.#s?.postMessage(e)}close(){this.#s?.close(),this.#s=null}};import{LuxxChat as Dt,Store as Lt}from"../chat/element.js";var Je={IDLE:"not started",RUNNING:"running",PAUSED:"paused",COMPLETED:"completed",ERROR:"failed"};function se(o){return o.kind==="room"?o.room?.status==="RUNNING":o.messages.findLast(e=>e.role==="ASSISTANT")?.status==="RUNNING"}var It=16,I=class{store;id;api;#t;#s=new AbortController;#o=new Set;#e=null;#i=!1;constructor(e,t,s,i){this.api=e,this.store=t,this.id=s,this.#t=i}async load(){this.#e?.abort();let e=this.#e=new AbortController;this.#i=!1;try{let t=await O(()=>this.snapshot(),this.#r(e.signal));e.signal.throwIfAborted(),this.store.replace(t())}catch(t){throw this.#e===e&&(this.#e=null),v(t,"NOT_FOUND")&&this.gone(),t}se(this.store.state)?this.#d(e):this.#a()}refresh(){if(this.#e===null&&!this.busy)return this.#n();this.#i=!0,this.retitle()}gone(){this.store.setBlocked(`This ${this.store.state.kind} does not exist any more.`)}rename(e){this.store.state.title=e,this.notice(this.store.state.notice??null)}close(){this.#s.abort(),this.#e?.abort()}get title(){return this.store.state.title}get busy(){return!1}retitle(){this.storedTitle().then(e=>this.rename(e),()=>{})}followFromStart(){this.#e?.abort(),this.#d(this.#e=new AbortController)}leave(){this.#e?.abort(),this.#e=null}insist(e){return O(e,this.#r(this.#s.signal),It)}async ask(e){this.notice(null);try{await e()}catch(t){v(t,"CONFLICT","NOT_FOUND")&&await this.load().catch(()=>{}),this.fail(t)}}notice(e){this.store.apply({type:"Notice",text:e})}fail(e){let t=R(e)||e instanceof T;!this.#s.signal.aborted&&!t&&this.notice(b(e))}changed(){this.#t.changed()}#r(e){let t={signal:AbortSignal.any([e,this.#s.signal]),lost:s=>{s?this.#o.add(t):this.#o.delete(t),this.store.setHint(this.#o.size>0?B:null)}};return t}#n(){this.load().catch(e=>this.fail(e))}#a(){this.#e=null,this.#i&&this.#n()}async#d(e){let t=this.#r(e.signal),s=(i,n)=>this.events(i,t.signal,n);try{for await(let i of Ue(s,t)){if(e.signal.aborted)return;this.take(i)}}catch(i){return t.signal.aborted?void 0:(this.#e=null,v(i,"BAD_USER_INPUT","NOT_FOUND")?this.#n():this.fail(i))}this.#e===e&&this.#a(),this.changed()}};function oe(){return[...crypto.getRandomValues(new Uint8Array(16))].map(e=>e.toString(16).padStart(2,"0")).join("")}var D=class extends I{hasEarlier=!1;#t=null;#s=!1;#o=null;#e=new Set;get busy(){return this.#s||this.#t!==null}send(e){if(this.#t?.text===e)return this.#t.done;if(this.busy)return Promise.reject(new Error("The last message is still on its way."));let t=this.#n(e).finally(()=>this.#t=null);return this.#t={text:e,done:t},t}stop(){let e=this.#i();e?.status==="RUNNING"&&this.ask(()=>this.insist(()=>this.api.cancelMessage(e.id)))}retry(){this.busy||(this.#s=!0,this.ask(()=>this.#d()).finally(()=>this.#s=!1))}start(){}async loadEarlier(){let e=this.store.state.messages[0]?.id,t=await this.api.messages(this.id,e),{state:s}=this.store;s.messages[0]?.id===e&&(this.hasEarlier=t.length===x,this.store.replace({...s,messages:[...t,...s.messages]}))}async snapshot(){let[{title:e,model:t},s]=await Promise.all([this.api.conversation(this.id),this.api.messages(this.id)]),i=s.at(-1);return i?.status==="RUNNING"&&(s[s.length-1]=Qe(i)),()=>{let n=this.#r(s[0]);return n.length===0&&(this.hasEarlier=s.length===x),{kind:"conversation",id:this.id,title:k(e),model:t,messages:[...n,...s]}}}async storedTitle(){return k((await this.api.conversation(this.id)).title)}events(e,t,s){return this.api.watchReply(this.#i()?.id??"",e,t,s)}take(e){this.store.apply(e)}#i(){return this.store.state.messages.at(-1)}#r(e){let t=this.store.state.messages;return t.slice(0,Math.max(0,t.findIndex(s=>s.id===e?.id)))}async#n(e){this.notice(null);let t=this.#o?.text===e?this.#o.key:oe();this.#o={text:e,key:t};try{let s=await this.insist(()=>this.api.beginReply(this.id,e,t));this.#o=null,await this.#a(s.user_message,s.assistant_message)}catch(s){throw s instanceof g||v(s,"INTERNAL")||(this.#o=null),v(s,"CONFLICT")&&await this.load().catch(()=>{}),this.fail(s),s}this.changed(),this.store.state.messages.length<=2&&this.retitle()}async#a(e,t){if(this.store.state.messages.some(({id:s})=>s===t.id))return this.load().catch(()=>{});this.store.apply({type:"MessageStored",message:e}),this.store.apply({type:"MessageStored",message:Qe(t)}),this.followFromStart()}async#d(){let[e,t]=this.store.state.messages.slice(-2);if(e?.role!=="USER"||!t||t.status==="RUNNING")return;for(let{id:n}of[t,e])await this.#l(n);let{state:s}=this.store,i=s.messages.filter(n=>n.id!==e.id&&n.id!==t.id);this.store.replace({...s,messages:i}),this.#o=null,await this.#n(e.content).catch(()=>this.store.setDraft(e.content))}#l(e){return this.insist(async()=>{try{await this.api.deleteMessage(e)}catch(t){if(v(t,"NOT_FOUND")&&this.#e.has(e))return;throw t instanceof g&&this.#e.add(e),t}this.#e.add(e)})}};function Qe(o){return{...o,status:"RUNNING",content:"",process_steps:[],error:null}}var j=class{#t;#s;#o=!1;constructor(e,t){this.#t=new Set(e),this.#s=t}passes(e){switch(e.type){case"MessageStarted":case"MessageChunk":case"MessageEnded":return this.#o=this.#t.has(e.id),!this.#o;case"StepUpdated":return!this.#t.has(e.message_id);case"MessageStored":return this.#o=this.#t.has(e.message.id),!this.#o;case"AgentFailed":return!this.#o;case"RoundStarted":case"RoundEnded":return e.round>=this.#s;default:return!0}}};var q=class extends I{#t=new j([],0);#s=!1;get busy(){return this.#s}send(){}start(){this.#s||(this.#s=!0,this.ask(()=>this.#o()).finally(()=>this.#s=!1))}retry(){this.start()}stop(){this.ask(()=>this.insist(()=>this.api.stopRoom(this.id)))}async reset(){let e=await this.api.resetRoom(this.id);this.leave(),this.store.replace(Ye(e)),this.changed()}async#o(){let e=oe();await this.insist(()=>this.api.startRoom(this.id,e)),await this.load(),this.changed()}async snapshot(){let e=await this.api.room(this.id),s=(await this.api.roomMessages(this.id)).filter(({status:n})=>n!=="RUNNING"),i=s.map(({id:n})=>n);return()=>(this.#t=new j(i,e.current_round),{...Ye(e),messages:s})}async storedTitle(){return(await this.api.room(this.id)).title}events(e,t,s){return this.api.watchRoom(this.id,e,t,s)}take(e){this.#t.passes(e)&&this.store.apply(e)}};function Ye(o){let{id:e,title:t,task:s,status:i,max_rounds:n,current_round:a,agents:d}=o;return{kind:"room",id:e,title:t,messages:[],room:{task:s,status:i,max_rounds:n,current_round:a,agents:d}}}var ie=class{el;#t;#s;#o;#e;#i;#r=r("h1",{tabindex:"-1"});#n=r("span",{class:"model"});#a=r("span",{class:"state"});#d=r("p",{class:"error",role:"alert",hidden:!0});#l;#m=r("div",{class:"actions"});#c=new Dt;#h=new AbortController;#g=!1;constructor(e,t,s,i,n){this.#t=e,this.#s=t,this.#o=s,this.#i=n;let a=new Lt({kind:s,id:i,title:"",messages:[]}),d={changed:()=>t.changed()};this.#e=s==="room"?new q(e,a,i,d):new D(e,a,i,d),this.#l=h("Show earlier messages",()=>{this.#S()},"quiet earlier"),this.#l.hidden=!0,this.#m.append(...this.#b());let l=r("div",{class:"titles"},this.#r,this.#n,this.#a),f=r("header",{class:"bar"},l,this.#m);this.#c.setAttribute("fill",""),this.el=r("div",{class:"talk loading"},f,this.#d,this.#l,this.#c),a.subscribe(()=>this.#v()),this.#u()}get title(){return this.#e.title}focus(){let e=this.#c.firstElementChild?.shadowRoot?.querySelector("textarea");e&&matchMedia("(hover: hover)").matches?e.focus():this.#r.focus()}close(){this.#h.abort(),this.#e.close()}resume(){this.#u()}refresh(e=this.#e.id){e===this.#e.id&&(this.#c.store?this.#e.refresh():this.#u())}async#u(){this.#p("");try{await this.#e.load()}catch(e){R(e)||this.#f(e);return}this.el.classList.remove("loading"),!this.#c.store&&(this.#c.actions=this.#e,this.#c.store=this.#e.store,(this.el.contains(document.activeElement)||document.activeElement===document.body)&&this.focus())}#f(e){v(e,"NOT_FOUND")?this.#e.gone():this.#p(b(e))}#p(e){u(this.#d,e),m(this.#d,e==="")}#v(){let{state:e,blocked:t,hint:s}=this.#e.store;this.#c.store||this.#p(t??s??""),m(this.#m,t!==null),this.#r.textContent!==e.title&&(u(this.#r,e.title),this.#s.retitled()),u(this.#n,e.model??""),this.#y(e.room?.status??""),m(this.#l,!(this.#e instanceof D&&this.#e.hasEarlier));let i=this.#m.querySelector("[data-act=reset]");i&&m(i,e.room?.status==="IDLE"&&e.messages.length===0)}#y(e){e!==(this.#a.dataset.status??"")&&(this.#a.dataset.status=e,u(this.#a,e&&Je[e]),this.#s.changed())}#b(){let e=[S("pencil",`Edit ${this.#o}`,()=>{this.#w()}),S("trash",`Delete ${this.#o}`,()=>this.#_())],t=this.#e;if(t instanceof q){let s=S("reset","Reset room",()=>this.#$(t));s.dataset.act="reset",e.unshift(s)}return e}async#w(){if(this.#g)return;this.#g=!0,this.#p("");let e=this.#o==="room"?Ge:Be,t=async s=>{this.#s.changed(),this.#e.rename(s),se(this.#e.store.state)||await this.#u()};try{await e(this.#t,this.#e.id,t,this.#h.signal)}catch(s){R(s)||this.#f(s)}finally{this.#g=!1}}#_(){let e=`“${this.title}” and everything that was said in it will be gone.`;H(`Delete this ${this.#o}?`,e,"Delete",async()=>{await(this.#o==="room"?this.#t.deleteRoom:this.#t.deleteConversation)(this.#e.id),this.#i()})}#$(e){H("Reset this room?","Everything that was said will be gone; the room begins again at its task.","Reset",()=>e.reset())}async#S(){this.#e instanceof D&&(this.#l.disabled=!0,this.#p(""),await this.#e.loadEarlier().catch(e=>this.#f(e)),this.#l.disabled=!1)}};var re=class{el=r("div",{class:"page welcome"});title="";#t;#s=new A;constructor(e){this.#t=e,this.el.append(this.#s.el),this.#o()}focus(){this.el.querySelector("h1")?.focus()}resume(){this.el.querySelector("h1")||this.#o()}close(){this.#s.close()}async#o(){let e=await this.#s.read(()=>this.#t.providers());e&&(this.el.replaceChildren(this.#s.el,...e.length>0?Ct():this.#e()),document.activeElement===document.body&&this.focus())}#e(){return[et("Add a model provider"),r("p",{class:"lead"},"Luxx talks to models through providers of your own. Add one to begin: any OpenAI-compatible endpoint, or Anthropic."),be(this.#t,()=>this.#o())]}};function Ct(){return[et("What would you like to do?"),r("div",{class:"choices"},Ze("talk","Start a conversation","Ask a model, and watch it think, use tools and answer.","conversation"),Ze("people","Open a room","Give several agents a task, and watch them discuss it.","room"))]}function et(o){return r("h1",{tabindex:"-1"},o)}function Ze(o,e,t,s){let i=r("a",{class:"choice",href:y({page:"new",kind:s})});return i.append(M(o),r("strong",{},e),r("span",{},t)),i}var Nt="Your login has ended. Log in again to go on where you were.",_e=class{#t;#s;#o=new te(e=>this.#a(e));#e=null;#i=null;#r="";#n="";constructor(e){this.#t=e,this.#s=new G(new W(()=>p.token),{loggedOut:t=>this.#d(t),back:()=>this.changed(),wrote:t=>this.#o.tell(t)}),addEventListener("hashchange",()=>this.#v()),addEventListener("pageshow",()=>this.#l()),addEventListener("pagehide",()=>this.#o.close()),document.addEventListener("visibilitychange",()=>this.#a())}begin(){p.token?this.#h():this.#c("")}go(e){location.hash=e}changed(){p.token&&this.#e?.sidebar.refresh()}retitled(){let e=p.token?this.#i?.title:"Log in";document.title=e?`${e} · Luxx`:"Luxx"}#a(e){!p.token||document.visibilityState!=="visible"||(this.changed(),this.#i?.refresh?.(e))}#d(e){p.token!==null&&p.token!==e||(p.end(),this.#m||this.#c(Nt))}#l(){p.token?this.#m||p.name!==this.#r?this.#h():this.#o.open(this.#r):this.#m||this.#p()}get#m(){return this.#t.querySelector(".login")}#c(e){let t=new X(this.#s,e,this.#r,()=>this.#h());ke(),this.#e&&(this.#e.el.hidden=!0),this.#m?.remove(),this.#t.append(t.el),this.retitled(),t.focus()}#h(){if(this.#m?.remove(),this.#e&&this.#r===p.name&&this.#i){this.#e.el.hidden=!1,this.#g(this.#i);return}this.#u(),this.#r=p.name,this.#o.open(this.#r),this.#e=new ee(this.#s,()=>this.#f()),this.#e.sidebar.show(p.name),this.#t.replaceChildren(this.#e.el),this.changed(),this.#v()}#g(e){if(this.changed(),location.hash!==this.#n)return this.#v();e.resume(),e.focus(),Te(),this.retitled()}#u(){this.#o.close(),ne(),this.#i?.close(),this.#i=null,this.#e?.el.remove(),this.#e=null}#f(){this.#s.logout().catch(()=>{}),p.end(),p.forget(),this.#p()}#p(){this.#u(),this.#r="",location.hash="",this.#c("")}#v(){if(!this.#e||!p.token)return;this.#n=location.hash;let e=je(this.#n);ne(),this.#i?.close(),this.#i=this.#y(e),this.#e.show(this.#i),this.#e.sidebar.open(e),this.retitled(),this.#i.focus()}#y(e){switch(e.page){case"new":return new J(this.#s,this,e.kind);case"providers":return new Q(this.#s);case"talk":return new ie(this.#s,this,e.kind,e.id,()=>this.#b(e));case"welcome":return new re(this.#s)}}#b(e){this.#e?.sidebar.remove(e.kind,e.id),this.go(y({page:"welcome"}))}},tt=r("div",{id:"app"});document.body.append(tt);new _e(tt).begin();
